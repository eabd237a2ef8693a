"""Event days by calendar in the event's own zone, and wall-clock times that the clock skips or repeats."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.refusals import no, refusal_of
from webapp.domain.event_days import (
    LocalTime,
    effective_end,
    event_days,
    known_timezones,
    local_date,
    require_times,
    require_timezone,
    to_instant,
)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def local(zone: str, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_an_event_without_an_end_lasts_two_hours():
    start = utc(2026, 6, 13, 22, 30)

    assert effective_end(start, None) == utc(2026, 6, 14, 0, 30)
    assert effective_end(start, utc(2026, 6, 15, 0, 0)) == utc(2026, 6, 15, 0, 0)


@pytest.mark.parametrize(
    ("zone", "starts_at", "ends_at", "expected"),
    [
        # one evening
        ("Europe/Berlin", utc(2026, 6, 13, 16), utc(2026, 6, 13, 19), [(6, 13)]),
        # the evening is over before midnight in London, not in Berlin
        ("Europe/London", utc(2026, 6, 13, 20), utc(2026, 6, 13, 22, 30), [(6, 13)]),
        ("Europe/Berlin", utc(2026, 6, 13, 20), utc(2026, 6, 13, 22, 30), [(6, 13), (6, 14)]),
        # an end at midnight sharp touches the new date: the end is included
        ("Europe/Berlin", utc(2026, 6, 13, 20), utc(2026, 6, 13, 22), [(6, 13), (6, 14)]),
        # without an end: two hours, over midnight
        ("Europe/Berlin", utc(2026, 6, 13, 21), None, [(6, 13), (6, 14)]),
        ("UTC", utc(2026, 6, 13, 21), None, [(6, 13)]),
        # three days that hold the 23-hour day and the 25-hour day
        (
            "Europe/Berlin",
            local("Europe/Berlin", 2026, 3, 28, 23),
            local("Europe/Berlin", 2026, 3, 30, 0, 30),
            [(3, 28), (3, 29), (3, 30)],
        ),
        (
            "Europe/Berlin",
            local("Europe/Berlin", 2026, 10, 24, 0),
            local("Europe/Berlin", 2026, 10, 26, 23),
            [(10, 24), (10, 25), (10, 26)],
        ),
        # 47 hours of real time but three dates; 49 hours but two
        (
            "America/New_York",
            local("America/New_York", 2026, 3, 7, 12),
            local("America/New_York", 2026, 3, 9, 12),
            [(3, 7), (3, 8), (3, 9)],
        ),
        # midnight itself does not exist (Cairo springs forward at 00:00)
        (
            "Africa/Cairo",
            local("Africa/Cairo", 2026, 4, 23, 22),
            local("Africa/Cairo", 2026, 4, 24, 1),
            [(4, 23), (4, 24)],
        ),
        # half the world away: the same instants are other dates
        ("Pacific/Kiritimati", utc(2026, 6, 13, 9, 59), utc(2026, 6, 13, 10, 0), [(6, 13), (6, 14)]),
        ("Pacific/Pago_Pago", utc(2026, 6, 13, 10, 59), utc(2026, 6, 13, 11, 0), [(6, 12), (6, 13)]),
        ("Asia/Kathmandu", utc(2026, 6, 13, 18, 14), utc(2026, 6, 13, 18, 15), [(6, 13), (6, 14)]),
        # leap day and turn of the year
        ("UTC", utc(2028, 2, 28, 12), utc(2028, 3, 1, 12), [(2, 28), (2, 29), (3, 1)]),
    ],
)
def test_event_days_are_the_local_dates_from_start_to_end(zone, starts_at, ends_at, expected):
    days = event_days(starts_at, ends_at, zone)

    assert days == tuple(date(starts_at.astimezone(ZoneInfo(zone)).year, *parts) for parts in expected)


def test_event_days_cross_the_year():
    days = event_days(utc(2026, 12, 31, 20), utc(2027, 1, 1, 2), "Europe/Berlin")

    assert days == (date(2026, 12, 31), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("Pacific/Kiritimati", date(2026, 6, 14)), ("UTC", date(2026, 6, 13)), ("Pacific/Pago_Pago", date(2026, 6, 12))],
)
def test_one_instant_is_three_dates_around_the_world(zone, expected):
    assert local_date(utc(2026, 6, 13, 10, 30), zone) == expected


@given(
    st.integers(0, 4 * 10**9),
    st.integers(1, 10 * 24 * 60),
    st.sampled_from(["Europe/Berlin", "America/Sao_Paulo", "Pacific/Kiritimati", "Asia/Kathmandu", "Africa/Cairo"]),
)
def test_event_days_are_in_order_without_gaps_and_hold_both_ends(second, minutes, zone):
    starts_at = datetime.fromtimestamp(second, UTC)
    ends_at = starts_at + timedelta(minutes=minutes)
    days = event_days(starts_at, ends_at, zone)

    assert (days[0], days[-1]) == (local_date(starts_at, zone), local_date(ends_at, zone))
    # By whole days: a zone may skip a date (Kiritimati did), the calendar does not.
    assert all(after - day == timedelta(days=1) for day, after in zip(days, days[1:], strict=False))


@pytest.mark.parametrize(
    ("zone", "on", "at", "expected"),
    [
        ("Europe/Berlin", date(2026, 6, 13), time(18, 0), LocalTime(utc(2026, 6, 13, 16, 0))),
        ("America/Sao_Paulo", date(2026, 6, 13), time(18, 0), LocalTime(utc(2026, 6, 13, 21, 0))),
        # 02:00 to 03:00 is skipped: 02:30 becomes 03:30 summer time
        ("Europe/Berlin", date(2026, 3, 29), time(1, 59), LocalTime(utc(2026, 3, 29, 0, 59))),
        ("Europe/Berlin", date(2026, 3, 29), time(2, 0), LocalTime(utc(2026, 3, 29, 1, 0), "gap")),
        ("Europe/Berlin", date(2026, 3, 29), time(2, 30), LocalTime(utc(2026, 3, 29, 1, 30), "gap")),
        ("Europe/Berlin", date(2026, 3, 29), time(3, 0), LocalTime(utc(2026, 3, 29, 1, 0))),
        # 02:00 to 03:00 comes twice: the first is meant
        ("Europe/Berlin", date(2026, 10, 25), time(1, 59), LocalTime(utc(2026, 10, 24, 23, 59))),
        ("Europe/Berlin", date(2026, 10, 25), time(2, 30), LocalTime(utc(2026, 10, 25, 0, 30), "fold")),
        ("Europe/Berlin", date(2026, 10, 25), time(3, 0), LocalTime(utc(2026, 10, 25, 2, 0))),
        # a gap at midnight, and one of half an hour
        ("Africa/Cairo", date(2026, 4, 24), time(0, 0), LocalTime(utc(2026, 4, 23, 22, 0), "gap")),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), LocalTime(utc(2026, 10, 3, 15, 45), "gap")),
    ],
)
def test_a_wall_clock_time_becomes_one_instant_and_says_where_it_was_odd(zone, on, at, expected):
    assert to_instant(on, at, zone) == expected


@pytest.mark.parametrize("year", [1969, 2201, 1, 9999])
def test_a_year_nobody_means_is_refused(year):
    assert refusal_of(to_instant, date(year, 1, 1), time(12, 0), "UTC") == no("date_out_of_range", year=year)


@pytest.mark.parametrize(
    "name",
    [
        "Mars/Base",
        "../../etc/passwd",
        "x" * 300,
        "localtime",
        "posixrules",
        "Factory",
        "europe/berlin",
        "",
        " UTC",
        "posix/Europe/Berlin",
        "right/UTC",
        "Europe/Berlin\0",
        "Europe",
    ],
)
def test_what_is_not_a_place_on_earth_is_no_timezone(name):
    assert refusal_of(require_timezone, name) == no("unknown_timezone", timezone=name[:60])


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/Sao_Paulo", "Pacific/Kiritimati", "UTC"])
def test_a_place_is_a_timezone(name):
    assert require_timezone(name) == ZoneInfo(name)


def test_there_are_hundreds_of_timezones_to_choose_from():
    assert len(known_timezones()) > 400


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (None, None),
        (timedelta(microseconds=1), None),
        (timedelta(0), no("end_not_after_start")),
        (timedelta(seconds=-1), no("end_not_after_start")),
        (timedelta(days=365), None),
        (timedelta(days=365, microseconds=1), no("event_too_long", days=365)),
    ],
)
def test_an_event_ends_after_it_starts_and_within_a_year(length, expected):
    start = utc(2026, 6, 13, 16)

    assert refusal_of(require_times, start, None if length is None else start + length) == expected
