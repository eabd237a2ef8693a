"""Five o'clock on twelve clocks: when clocks skip it or show it twice, and where the date itself jumps."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from webapp.domain.classes.activation import Morning, due_morning, is_activated, last_morning, morning_of, next_morning
from webapp.domain.refusal import Refused

ZONES = (
    "Pacific/Honolulu",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Sao_Paulo",
    "UTC",
    "Europe/Berlin",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize("zone", ZONES)
def test_every_date_of_a_year_has_one_morning_at_five_on_the_clock(zone):
    at, seen = utc("2026-01-01T00:00"), []
    while at < utc("2027-01-03T00:00"):
        morning = next_morning(at, zone)
        assert (
            morning.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
            == datetime.combine(morning.local_on, datetime.min.time()) + 5 * HOUR
        )
        assert last_morning(morning.at, zone) == morning
        assert last_morning(morning.at - timedelta(microseconds=1), zone).local_on == morning.local_on - DAY
        seen.append(morning.local_on)
        at = morning.at
    assert seen == [seen[0] + number * DAY for number in range(len(seen))]


@pytest.mark.parametrize(
    ("zone", "local_on", "at"),
    [
        ("Europe/Berlin", date(2026, 3, 28), "2026-03-28T04:00"),
        ("Europe/Berlin", date(2026, 3, 29), "2026-03-29T03:00"),  # that night had 23 hours
        ("Europe/Berlin", date(2026, 10, 25), "2026-10-25T04:00"),  # and this one 25
        ("America/Los_Angeles", date(2026, 3, 8), "2026-03-08T12:00"),
        ("America/Los_Angeles", date(2026, 11, 1), "2026-11-01T13:00"),
        ("Pacific/Honolulu", date(2026, 6, 10), "2026-06-10T15:00"),
        ("Pacific/Kiritimati", date(2026, 6, 10), "2026-06-09T15:00"),
        # 5:00 itself was skipped (5:00 became 6:00), and came twice (the first counts).
        ("Asia/Baku", date(1996, 3, 31), "1996-03-31T01:00"),
        ("Asia/Baku", date(1996, 10, 27), "1996-10-27T00:00"),
        ("Antarctica/Casey", date(2018, 10, 7), "2018-10-06T21:00"),
    ],
)
def test_the_morning_of_a_date_is_one_instant(zone, local_on, at):
    assert last_morning(utc(at), zone) == Morning(utc(at), local_on)
    assert next_morning(utc(at) - timedelta(seconds=1), zone) == Morning(utc(at), local_on)


def test_honolulu_and_kiritimati_have_their_morning_together_and_of_different_dates():
    at = utc("2026-06-10T15:00")

    assert [last_morning(at, zone).local_on for zone in ("Pacific/Honolulu", "Pacific/Kiritimati")] == [
        date(2026, 6, 10),
        date(2026, 6, 11),
    ]


def test_a_date_that_a_zone_skipped_has_no_morning():
    before = utc("2011-12-30T09:00")  # Thursday 29 in Apia; the next date there was Saturday 31

    assert next_morning(before, "Pacific/Apia") == Morning(utc("2011-12-30T15:00"), date(2011, 12, 31))
    assert last_morning(before, "Pacific/Apia").local_on == date(2011, 12, 29)
    assert morning_of(date(2011, 12, 30), before, "Pacific/Apia").local_on == date(2011, 12, 31)


@pytest.mark.parametrize("zone", ZONES)
def test_a_morning_is_due_once_and_three_missed_ones_are_one(zone):
    morning = next_morning(utc("2026-06-10T00:00"), zone)
    yesterday = morning.local_on - DAY

    assert due_morning(morning.at - timedelta(seconds=1), zone, {yesterday}) is None
    assert due_morning(morning.at, zone, {yesterday}) == morning
    assert due_morning(morning.at, zone, {yesterday, morning.local_on}) is None
    assert due_morning(morning.at + 3 * DAY, zone, {yesterday}).local_on == morning.local_on + 3 * DAY
    # Stopped before one and started before the next: the one between was missed, and tomorrow's did not come.
    assert due_morning(morning.at + DAY - HOUR, zone, {yesterday}) == morning


@pytest.mark.parametrize(
    ("starts_on", "expected"),
    [
        (date(2026, 1, 1), date(2026, 6, 10)),  # long overdue
        (date(2026, 6, 10), date(2026, 6, 10)),
        (date(2026, 6, 11), date(2026, 6, 11)),
        (date(2026, 6, 17), date(2026, 6, 17)),
    ],
)
def test_a_class_begins_with_the_morning_of_its_start_date_or_with_the_next(starts_on, expected):
    assert morning_of(starts_on, utc("2026-06-10T02:59"), "Europe/Berlin").local_on == expected


@pytest.mark.parametrize(
    ("status", "is_archived", "days", "begins"),
    [
        ("scheduled", False, 0, True),
        ("scheduled", False, -400, True),
        ("scheduled", False, 1, False),
        ("scheduled", True, 0, False),
        ("active", False, 0, False),
        ("paused", False, 0, False),
        ("completed", False, 0, False),
        ("cancelled", False, 0, False),
    ],
)
def test_which_classes_begin(status, is_archived, days, begins):
    today = date(2026, 6, 10)
    starts_on = today + days * DAY

    assert is_activated(status, is_archived=is_archived, starts_on=starts_on, local_on=today) is begins


def test_an_unknown_zone_is_refused():
    with pytest.raises(Refused, match="unknown_timezone"):
        last_morning(utc("2026-06-10T00:00"), "Mars/Base")
