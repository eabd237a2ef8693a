"""The page that copies an event, and the templates that a new event can start from."""

import pytest
from sqlalchemy import func, select

from webapp.domain.permission import Role
from webapp.models import Event, EventTemplate

#: The rules behind these pages are tried on both databases below them.
pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
ONCE = "r" * 20


@pytest.fixture
def event_id(world, browser):
    return world.event("Clay", slug="clay")


def test_the_page_proposes_a_start_and_shows_what_moves_with_it(browser, event_id):
    assert browser.get(f"/admin/events/{event_id}").links()["Copy or keep as template"] == (
        f"/admin/events/{event_id}/copy"
    )
    page = browser.get(f"/admin/events/{event_id}/copy")
    assert page.fields(f"/admin/events/{event_id}/copy")["starts_at"] == "2026-06-18T14:00"
    assert "People, their answers, helper links and the audit trail stay with this event." in page.text
    typed = browser.get(f"/admin/events/{event_id}/copy?starts_at=2026-07-03T18:30", htmx=True)
    assert "Fri 3 July, 18:30" in typed.text
    assert "<html" not in typed.html


def test_the_copy_is_made_once_and_said(browser, event_id, session):
    sent = {"request_id": ONCE, "starts_at": "2026-07-03T18:30"}
    first, second = (browser.post(f"/admin/events/{event_id}/copy", **sent) for _ in range(2))

    assert (first.status, first.location) == (303, second.location)
    assert "Copied as a draft. No one can see it until you publish it." in browser.get(first.location).text
    assert session.scalar(select(func.count()).select_from(Event)) == 2
    session.rollback()
    other = browser.post(f"/admin/events/{event_id}/copy", **{**sent, "starts_at": "2026-07-04T18:30"})
    assert (other.status, other.links()["Open it"]) == (409, first.location)


@pytest.mark.parametrize(
    ("starts_at", "sentence"),
    [
        ("", "Enter a valid date and time for the start, like 2026-06-13 10:00"),
        ("2026-02-30T10:00", "Enter a valid date and time for the start, like 2026-06-13 10:00"),
        ("2026-01-02T10:00", "Choose a start that is still to come"),
        ("2027-03-28T02:30", "02:30 on 28 March doesn’t exist in Berlin that day"),
    ],
)
def test_a_bad_start_is_said_at_its_field_and_nothing_is_made(browser, event_id, session, starts_at, sentence):
    page = browser.post(f"/admin/events/{event_id}/copy", request_id=ONCE, starts_at=starts_at)
    assert page.status == 422
    assert any(words.startswith(sentence) and href == "#starts_at" for words, href in page.links().items())
    assert session.scalar(select(func.count()).select_from(Event)) == 1


def test_a_template_is_kept_found_for_new_events_renamed_and_removed(browser, event_id, session):
    assert browser.post(f"/admin/events/{event_id}/template", name=" ").status == 422
    browser.post(f"/admin/events/{event_id}/template", name="Clay night")
    browser.post(f"/admin/events/{event_id}/template", name="Studio night")
    assert browser.get("/admin/events/new").links()["Start from a copy or template"] == "/admin/events/new/from"
    found = browser.get("/admin/events/new/from").links()
    assert found["Studio night"] == f"/admin/events/{event_id}/copy"
    assert "Clay night" not in found
    assert browser.post(f"/admin/events/{event_id}/template/remove").status == 303
    assert session.scalar(select(func.count()).select_from(EventTemplate)) == 0


def test_others_find_neither_the_event_nor_its_template(world, reader_of, browser, event_id, session):
    browser.post(f"/admin/events/{event_id}/template", name="Clay night")
    viewer = reader_of(world.person("Vera", role=Role.VIEWER))
    world.organization("Riverside")
    stranger = reader_of(world.person("Rui", role=Role.ADMIN))

    assert viewer.get(f"/admin/events/{event_id}/copy").status == 403
    for path in ("copy", "template", "template/remove"):
        sent = {"request_id": ONCE, "starts_at": "2026-07-03T18:30", "name": "Mine"}
        assert stranger.post(f"/admin/events/{event_id}/{path}", **sent).status == 404
    assert "Clay night" not in stranger.get("/admin/events/new/from").text
    assert session.scalar(select(EventTemplate.name)) == "Clay night"
    assert session.scalar(select(func.count()).select_from(Event)) == 1
