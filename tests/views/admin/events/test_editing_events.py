"""Editing, publishing and calling off an event on its page, and what is said before."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.rows import digest, standing
from tests.support.worlds.world import NOON
from tests.views.admin.events.event_pages import form_of, full_event, made
from webapp.models import Event, EventPolicy

#: The rules behind these pages are tried on both databases below them.
pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]


def test_a_form_sent_back_unchanged_changes_nothing(browser, world, session):
    event_id = world.event(starts_at=NOON + timedelta(days=1, seconds=17), opens_at=NOON - timedelta(seconds=5))
    before = digest(session)
    answer = browser.post(f"/admin/events/{event_id}/edit", **form_of(browser, event_id))
    assert (answer.status, digest(session)) == (303, before)
    assert "Nothing was changed." in browser.get(answer.location).text


def test_raising_the_capacity_says_how_many_move_up(browser, world, app, session):
    event_id, people = full_event(world, app)
    form = form_of(browser, event_id, capacity="4")

    answer = browser.post(f"/admin/events/{event_id}/edit", **form)

    assert "Saved. 2 people move up from the waitlist and will be notified." in browser.get(answer.location).text
    assert standing(session, event_id).queue == people[4:]
    once = digest(session)
    assert browser.post(f"/admin/events/{event_id}/edit", **form).status == 303
    assert digest(session) == once


def test_lowering_below_the_seats_taken_says_the_number(browser, world, app, session):
    event_id, _ = full_event(world, app, capacity=3)
    before = digest(session)
    page = browser.post(f"/admin/events/{event_id}/edit", **form_of(browser, event_id, capacity="2"))
    assert page.status == 422
    assert "3 people are already confirmed. Enter 3 or more, or cancel places first." in page.links()
    assert digest(session) == before


def test_a_stale_form_keeps_the_input_and_says_what_stands_now(browser, world, session):
    event_id = world.event(capacity=12)
    mine = form_of(browser, event_id, title="Raku", capacity="9")
    browser.post(f"/admin/events/{event_id}/edit", **form_of(browser, event_id, capacity="14"))
    before = digest(session)

    page = browser.post(f"/admin/events/{event_id}/edit", **mine)

    assert (page.status, digest(session)) == (409, before)
    assert "Places: 14" in page.text
    assert "Title: Hand-building with clay" in page.text
    assert page.by_id("title").get("value") == "Raku"
    again = {**mine, "version": page.fields(f"/admin/events/{event_id}/edit")["version"]}
    assert browser.post(f"/admin/events/{event_id}/edit", **again).status == 303
    assert session.scalar(select(EventPolicy.capacity).where(EventPolicy.event_id == event_id)) == 9


@pytest.mark.parametrize("version", ["", "0", "x", "99999999999"])
def test_a_form_without_a_readable_version_is_shown_again(browser, world, session, version):
    event_id = world.event()
    before = digest(session)
    page = browser.post(f"/admin/events/{event_id}/edit", **form_of(browser, event_id, title="Raku", version=version))
    assert (page.status, digest(session)) == (422, before)


@pytest.mark.parametrize("change", [{"capacity": "5"}, {"starts_at": "2026-06-14 10:00"}, {"timezone": "Europe/Paris"}])
def test_what_decided_is_frozen_once_the_event_is_closed(browser, world, session, change):
    event_id = world.event(status="completed")
    before = digest(session)
    page = browser.post(f"/admin/events/{event_id}/edit", **form_of(browser, event_id, **change))
    assert (page.status, digest(session)) == (409, before)


def test_the_words_of_a_closed_event_can_be_edited(browser, world, session):
    event_id = world.event(status="completed")
    assert browser.post(f"/admin/events/{event_id}/edit", **form_of(browser, event_id, title="Raku")).status == 303
    assert session.scalar(select(Event.title).where(Event.id == event_id)) == "Raku"


def test_publishing_a_draft(browser, world, session):
    event_id = world.event(status="draft")
    assert browser.get(f"/admin/events/{event_id}").buttons("main")[0] == "Publish"
    for _ in range(2):
        answer = browser.post(f"/admin/events/{event_id}/publish")
        assert (answer.status, answer.location) == (303, f"/admin/events/{event_id}")
    assert session.scalar(select(Event.status).where(Event.id == event_id)) == "published"


def test_a_draft_in_the_past_is_not_published_and_says_why(browser, world, session):
    event_id = world.event(status="draft", starts_at=NOON - timedelta(days=1))
    before = digest(session)
    answer = browser.post(f"/admin/events/{event_id}/publish")
    assert "This event is over. Nothing was changed." in browser.get(answer.location).text
    assert digest(session) == before


def test_calling_off_asks_for_a_reason_and_keeps_what_was_typed(browser, world, app, session):
    event_id, _ = full_event(world, app)
    address = f"/admin/events/{event_id}/cancel"
    version = browser.get(address).fields(address)["version"]
    before = digest(session)
    page = browser.post(address, version=version, reason="  ")
    assert (page.status, page.links()["Enter a reason"], digest(session)) == (422, "#reason", before)
    page = browser.post(address, version=version, reason="x" * 501)
    assert "Shorten the reason to 500 characters" in page.links()

    answer = browser.post(address, version=version, reason="The kiln broke")

    assert answer.location == f"/admin/events/{event_id}"
    assert "The event has been called off. We’ll notify 5 people." in browser.get(answer.location).text
    assert dict(standing(session, event_id).statuses) == {"cancelled": 5}


def test_what_becomes_of_applicants_is_said_before_it_is_saved(world, browser, use_cases, new, session):
    browser.post("/admin/events/new", **{**new, "method": "application", "capacity": "2"})
    event, _ = made(session)
    browser.post(f"/admin/events/{event.id}/publish")
    for user_id in world.people(3):
        use_cases.enrolls(event.id, user_id)
    changed = {**new, "capacity": "2", "method": "rsvp", "version": "2"}
    before = digest(session)
    asked = browser.post(f"/admin/events/{event.id}/edit", **changed)
    assert asked.status == 409
    assert (
        "3 people have applied and not been decided yet. With first come, first served, 2 people get a place and "
        "1 person joins the waitlist, in the order they applied. They’ll be notified."
    ) in asked.text
    assert "Nothing is saved yet." in asked.text
    assert digest(session) == before
    seen = asked.fields(f"/admin/events/{event.id}/edit")["seen"]
    saved = browser.post(f"/admin/events/{event.id}/edit", **changed, seen=seen)
    assert saved.status == 303
    words = "Saved. 2 people get a place and 1 person joins the waitlist. They’ll be notified."
    assert words in browser.get(saved.location).text
    assert standing(session, event.id).statuses == {"confirmed": 2, "waitlisted": 1}


def test_applicants_who_would_get_nothing_are_named_at_the_field(world, browser, use_cases, new, session):
    browser.post("/admin/events/new", **{**new, "method": "application", "capacity": "2", "has_waitlist": ""})
    event, _ = made(session)
    browser.post(f"/admin/events/{event.id}/publish")
    for user_id in world.people(3):
        use_cases.enrolls(event.id, user_id)
    before = digest(session)
    answer = browser.post(
        f"/admin/events/{event.id}/edit", **{**new, "capacity": "2", "has_waitlist": "", "version": "2"}
    )
    assert answer.status == 422
    assert "3 people applied, but only 2 of them would get a place. Add places, turn on the waitlist" in answer.text
    assert digest(session) == before


def test_what_becomes_of_people_in_line_is_said_before_the_waitlist_goes(world, browser, use_cases, new, session):
    browser.post("/admin/events/new", **{**new, "capacity": "1"})
    event, _ = made(session)
    browser.post(f"/admin/events/{event.id}/publish")
    for user_id in world.people(2):
        use_cases.enrolls(event.id, user_id)
    changed = {**new, "capacity": "1", "has_waitlist": "", "version": "2"}
    asked = browser.post(f"/admin/events/{event.id}/edit", **changed)
    assert asked.status == 409
    assert (
        "1 person is on the waitlist. They keep their position and still move up when a place opens, "
        "but no one else can join."
    ) in asked.text
    seen = asked.fields(f"/admin/events/{event.id}/edit")["seen"]
    assert browser.post(f"/admin/events/{event.id}/edit", **changed, seen=seen).status == 303
