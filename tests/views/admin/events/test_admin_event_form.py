"""Making an event on its page: what is accepted, and what comes of it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.views.admin.events.event_pages import made
from webapp.models import Event

#: The rules behind these pages are tried on both databases below them.
pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]


def test_a_filled_in_form_makes_a_draft_in_the_facilitys_zone(browser, new, session):
    answer = browser.post("/admin/events/new", **new)

    event, policy = made(session)
    assert (answer.status, answer.location) == (303, f"/admin/events/{event.id}")
    assert (event.title, event.status, event.timezone) == ("Hand-building with clay", "draft", "Europe/Berlin")
    assert (event.starts_at, event.ends_at) == (
        datetime(2026, 6, 13, 8, 0, tzinfo=UTC),
        datetime(2026, 6, 13, 10, 30, tzinfo=UTC),
    )
    assert (policy.capacity, policy.has_waitlist, policy.cancellation_deadline_hours) == (12, True, 24)
    assert "Saved as a draft. No one can see it until you publish it." in browser.get(answer.location).text


@pytest.mark.parametrize("place", ["", "Kiln room", "Studio 2"])
def test_its_facility_is_named_once(browser, new, place):
    page = browser.get(browser.post("/admin/events/new", **{**new, "place": place}).location)
    facts = page.html.split('id="facts-h"')[1].split("</section>")[0]
    assert (facts.count("Studio 2"), place in facts) == (1, True)


def test_the_same_form_sent_twice_makes_one_event(browser, new, session):
    first, second = browser.post("/admin/events/new", **new), browser.post("/admin/events/new", **new)
    assert (first.location, second.status) == (second.location, 303)
    assert session.scalar(select(func.count()).select_from(Event)) == 1


def test_a_form_used_again_with_other_values_names_what_it_made(browser, new, session):
    browser.post("/admin/events/new", **new)
    answer = browser.post("/admin/events/new", **{**new, "title": "Raku"})
    assert answer.status == 409
    assert answer.links()["Open it"] == f"/admin/events/{made(session)[0].id}"


def test_values_nobody_asked_for_are_not_stored(browser, new, session):
    browser.post("/admin/events/new", **new, status="completed", organization_id="7", seats_taken="99", version="40")
    event, policy = made(session)
    assert (event.status, event.version, policy.seats_taken) == ("draft", 1, 0)


def test_the_skipped_hour_is_accepted_when_corrected(browser, new, session):
    changes = {"starts_at": "2026-03-29 03:30", "ends_at": ""}
    assert browser.post("/admin/events/new", **{**new, **changes}).status == 303
    assert made(session)[0].starts_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_of_an_hour_that_comes_twice_the_first_is_taken_and_said(browser, new, session):
    answer = browser.post("/admin/events/new", **{**new, "starts_at": "2026-10-25 02:30", "ends_at": ""})
    assert made(session)[0].starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    said = "02:30 on 25 October happens twice in Berlin that day, because the clocks go back. We use the first one."
    assert said in browser.get(answer.location).text


def test_minimum_days_are_asked_for_only_where_they_count(browser, new, session):
    page = browser.post("/admin/events/new", **{**new, "attendance_requirement": "minimum_days"})
    assert page.links()["Enter the minimum number of days"] == "#minimum_days"
    page = browser.post("/admin/events/new", **{**new, "attendance_requirement": "minimum_days", "minimum_days": "2"})
    assert page.links()["Enter a number of days from 1 to 1"] == "#minimum_days"
    assert browser.post("/admin/events/new", **{**new, "minimum_days": "junk"}).status == 303


@pytest.mark.parametrize(
    ("sent", "hours"),
    [
        ({"cancellation_deadline_hours": "168", "other_deadline_hours": "5"}, 168),
        ({"cancellation_deadline_hours": "", "other_deadline_hours": "5"}, None),
        ({"cancellation_deadline_hours": "another", "other_deadline_hours": "36"}, 36),
        # As the form of earlier versions sends it
        ({"cancellation_deadline_hours": "36"}, 36),
    ],
)
def test_the_cancellation_deadline_is_a_choice_or_another_number(browser, new, session, sent, hours):
    browser.post("/admin/events/new", **{**new, **sent})

    assert made(session)[1].cancellation_deadline_hours == hours


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({}, (None, None)),
        ({"offer_hours": "12", "last_call_hours": "2"}, (12, 2)),
        ({"offer_hours": "another", "other_offer_hours": "5", "last_call_hours": "another",
          "other_last_call_hours": "0"}, (5, 0)),
    ],
)  # fmt: skip
def test_a_held_place_and_a_last_call_are_so_many_hours(browser, new, session, sent, kept):
    browser.post("/admin/events/new", **{**new, **sent})

    event, policy = made(session)
    assert (policy.offer_hours, policy.last_call_hours) == kept
    assert policy.last_call_at == (None if kept[1] is None else event.starts_at - timedelta(hours=kept[1]))


@pytest.mark.parametrize(("sent", "minutes"), [({}, 0), ({"closing_delay_minutes": "30"}, 30)])
def test_closing_can_wait_some_minutes(browser, new, session, sent, minutes):
    browser.post("/admin/events/new", **{**new, **sent})

    event, policy = made(session)
    assert policy.closing_delay_minutes == minutes
    assert event.closing_from == (event.effective_end_at + timedelta(minutes=minutes) if minutes else None)


@pytest.mark.parametrize(("field", "high"), [("offer_hours", "1 to 72"), ("last_call_hours", "0 to 336")])
def test_hours_out_of_range_are_asked_for_again(browser, new, session, field, high):
    page = browser.post("/admin/events/new", **{**new, field: "another", f"other_{field}": "337"})

    assert page.links()[f"Enter a whole number of hours from {high}"] == f"#other_{field}"


@pytest.mark.parametrize(
    ("hours", "choice", "number"), [(None, "", ""), (24, "24", ""), (168, "168", ""), (36, "another", "36")]
)
def test_the_deadline_as_it_is_stored_stands_in_the_form(browser, world, hours, choice, number):
    event_id = world.event(cancellation_deadline_hours=hours)

    page = browser.get(f"/admin/events/{event_id}/edit")

    assert page.chosen(f"/admin/events/{event_id}/edit")["cancellation_deadline_hours"] == choice
    assert page.by_id("other_deadline_hours").get("value") == number


@pytest.mark.parametrize(
    "title", ["<script>alert(1)</script>", '"><img src=x>', "{{7*7}}", "שלום \u202e עולם", "👩‍👩‍👧‍👦" * 10]
)
def test_any_script_is_stored_and_shown_as_text(browser, new, session, title):
    answer = browser.post("/admin/events/new", **{**new, "title": title})
    assert made(session)[0].title == title
    page = browser.get(answer.location)
    assert page.headings("h1") == [" ".join(title.split())]


def test_the_days_are_counted_from_the_times_typed(browser, world):
    page = browser.get(
        f"/admin/events/days?facility_id={world.facility_id}&starts_at=2026-06-19+10:00&ends_at=2026-06-21+12:00",
        htmx=True,
    )
    assert "3 event days: 19 to 21 June." in page.text
    assert "Checked in on every day3 of 3" in page.text


@pytest.mark.parametrize("query", ["starts_at=x", "starts_at=2026-06-19+10:00&timezone=Mars/Base", "starts_at=%00"])
def test_days_that_cannot_be_counted_are_not_guessed(browser, query):
    assert (
        "We’ll count the days once you’ve entered the start and end." in browser.get(f"/admin/events/days?{query}").text
    )
