"""A copy's times: on the clocks of the event's zone, whatever these do in between."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from tests.support.refusals import no, refusal_of
from webapp.domain.event_days import effective_end
from webapp.domain.events.closure import AttendanceRequirement
from webapp.domain.events.copying import copied_draft, draft_of, proposed_start, require_copy_start
from webapp.domain.events.event_draft import EventDraft
from webapp.domain.places.enrollment import EnrollmentMethod

BERLIN = "Europe/Berlin"


def local(text: str, zone: str = BERLIN, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def stored(starts_at: datetime, ends_at: datetime | None = None, **changes) -> SimpleNamespace:
    values = {
        "title": "Raku",
        "description": "Fire.",
        "place": "Yard",
        "facility_id": 1,
        "cover": "arc clay",
        "timezone": BERLIN,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "method": "application",
        "capacity": 8,
        "has_waitlist": True,
        "attendance_requirement": "minimum_days",
        "minimum_days": 1,
        "opens_at": None,
        "closes_at": None,
        "cancellation_deadline_hours": 24,
        "online_counts": True,
        "asks_added": True,
        "issues_certificates": True,
        "offer_hours": 6,
        "last_call_hours": 3,
        "closing_delay_minutes": 20,
        "party_size": 4,
        "parties_pass": True,
        "standby_minutes": None,
        "standby_automatic": False,
        "who_may": "open",
        "list_opens_at": None,
        **changes,
    }
    return SimpleNamespace(**values, effective_end_at=effective_end(starts_at, ends_at))


@pytest.mark.parametrize(
    ("event", "new_start", "ends_at"),
    [
        # An evening in summer time, copied into winter: 22:00 stays 22:00.
        (("2026-06-18T19:00", "2026-06-18T22:00"), "2026-12-03T19:00", local("2026-12-03T22:00")),
        # Over the night in which an hour is missing: it ends at 06:00, an hour shorter.
        (("2026-03-21T22:00", "2026-03-22T06:00"), "2026-03-28T22:00", local("2026-03-29T06:00")),
        # Over the night in which an hour comes twice.
        (("2026-10-17T22:00", "2026-10-18T06:00"), "2026-10-24T22:00", local("2026-10-25T06:00")),
        # An end at a time that the clocks skip is an hour later.
        (("2026-03-21T22:00", "2026-03-22T02:30"), "2026-03-28T22:00", local("2026-03-29T03:30")),
        # An end at a time that comes twice is the first of the two.
        (("2026-10-17T22:00", "2026-10-18T02:30"), "2026-10-24T22:00", local("2026-10-25T02:30")),
        # Another time of day, three days long.
        (("2026-06-19T09:00", "2026-06-21T17:00"), "2026-07-03T10:30", local("2026-07-05T18:30")),
    ],
)
def test_the_end_keeps_its_distance_on_the_clocks(event, new_start, ends_at):
    assert copied_draft(stored(*map(local, event)), local(new_start)).ends_at == ends_at


@pytest.mark.parametrize(
    ("ends", "minutes"), [("02:10", 30), ("02:40", 60), ("02:50", 10)], ids=["before", "at the start", "after"]
)
def test_an_end_that_the_clocks_would_put_before_the_start_keeps_the_length(ends, minutes):
    """In the night of the hour that comes twice it ended the second time; a week later that hour comes once."""
    one = stored(local("2026-10-25T02:40"), local(f"2026-10-25T{ends}", fold=1))
    copy = copied_draft(one, local("2026-11-01T02:40"))
    assert copy.ends_at - copy.starts_at == timedelta(minutes=minutes)


def test_the_enrollment_window_moves_too_and_what_is_open_stays_open():
    window = {
        "list_opens_at": local("2026-03-18T10:00"),
        "opens_at": local("2026-03-20T10:00"),
        "closes_at": local("2026-04-02T18:00"),
    }
    copy = copied_draft(stored(local("2026-04-03T19:00"), **window), local("2026-04-10T19:00"))
    assert (copy.ends_at, copy.list_opens_at, copy.opens_at, copy.closes_at) == (
        None,
        local("2026-03-25T10:00"),
        local("2026-03-27T10:00"),
        local("2026-04-09T18:00"),
    )
    assert copied_draft(stored(local("2026-04-03T19:00")), local("2026-04-10T19:00")).opens_at is None


def test_everything_else_the_event_says_is_said_again():
    one = stored(local("2026-06-18T19:00"))
    copy = copied_draft(one, local("2026-06-25T19:00"))
    assert replace(copy, starts_at=one.starts_at) == draft_of(one)
    assert isinstance(copy, EventDraft)
    assert copy.method is EnrollmentMethod.APPLICATION
    assert copy.attendance_requirement is AttendanceRequirement.MINIMUM_DAYS
    assert (copy.party_size, copy.parties_pass) == (4, True)
    assert (copy.offer_hours, copy.last_call_hours, copy.closing_delay_minutes) == (6, 3, 20)


@pytest.mark.parametrize(
    ("event", "now", "proposed"),
    [
        # A week later, at the same time on the wall.
        (("2026-06-18T19:00", "2026-06-18T22:00"), "2026-06-10T12:00", "2026-06-25T19:00"),
        (("2026-10-22T19:00", "2026-10-22T22:00"), "2026-10-20T12:00", "2026-10-29T19:00"),
        # Long ago: the next such weekday, today only while it is to come.
        (("2026-06-18T19:00", None), "2026-08-05T12:00", "2026-08-06T19:00"),
        (("2026-06-18T19:00", None), "2026-08-06T18:59", "2026-08-06T19:00"),
        (("2026-06-18T19:00", None), "2026-08-06T19:00", "2026-08-13T19:00"),
        # Longer than a week: once it is over.
        (("2026-06-18T19:00", "2026-06-27T12:00"), "2026-06-10T12:00", "2026-07-02T19:00"),
        # At a time that the clocks skip: an hour later.
        (("2026-03-22T02:30", "2026-03-22T04:00"), "2026-03-20T12:00", "2026-03-29T03:30"),
    ],
)
def test_the_proposed_start_is_the_next_one_on_that_weekday(event, now, proposed):
    starts, ends = event
    one = stored(local(starts), local(ends) if ends else None)
    assert proposed_start(one, local(now)) == local(proposed)


def test_a_start_that_has_passed_is_refused():
    now = local("2026-06-18T19:00")
    assert refusal_of(require_copy_start, now + timedelta(microseconds=1), now) is None
    assert refusal_of(require_copy_start, now, now) == no("copy_in_past")
    assert refusal_of(require_copy_start, now - timedelta(days=1), now) == no("copy_in_past")
