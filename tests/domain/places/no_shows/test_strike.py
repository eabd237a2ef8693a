"""From when until when a strike counts."""

from datetime import UTC, date, datetime, timedelta

import pytest

from webapp.domain.places.no_shows.strike import HALF, WHOLE, fades_on, strike_of

DAY = date(2026, 3, 10)


def utc(month: int, day: int, hour: int) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=day) for day in range(count)]


@pytest.mark.parametrize(
    ("days", "closed", "expected"),
    [
        (1, [], DAY + timedelta(days=1)),
        (7, [], DAY + timedelta(days=7)),
        (180, [], date(2026, 9, 6)),
        # Closed before it began, and from the day on which it fades: neither counts.
        (7, [DAY - timedelta(days=1), DAY + timedelta(days=7)], DAY + timedelta(days=7)),
        (7, [DAY + timedelta(days=6)], DAY + timedelta(days=8)),
        # The day of the end itself.
        (7, [DAY], DAY + timedelta(days=8)),
        # What is put off may be put off again.
        (7, [DAY + timedelta(days=6), DAY + timedelta(days=7)], DAY + timedelta(days=9)),
        (7, days_from(DAY + timedelta(days=1), 30), DAY + timedelta(days=37)),
    ],
)
def test_it_counts_on_so_many_open_days(days, closed, expected):
    assert fades_on(DAY, days, closed) == expected


@pytest.mark.parametrize(
    ("ended_at", "timezone", "fades", "fades_at"),
    [
        # Late in the evening in New York it is the next day in UTC already.
        (utc(3, 11, 3), "America/New_York", date(2026, 3, 17), utc(3, 17, 4)),
        (utc(3, 11, 3), "Europe/Berlin", date(2026, 3, 18), utc(3, 17, 23)),
        # The clock is put forward between: days are dates, not 24 hours.
        (utc(3, 27, 12), "Europe/Berlin", date(2026, 4, 3), utc(4, 2, 22)),
    ],
)
def test_days_are_those_of_the_event(ended_at, timezone, fades, fades_at):
    strike = strike_of(ended_at, timezone, days=7, closed=[])

    assert (strike.fades_on, strike.fades_at, strike.halves) == (fades, fades_at, WHOLE)


def test_it_counts_from_the_end_until_it_fades():
    ended_at = datetime(2026, 3, 10, 18, tzinfo=UTC)
    strike = strike_of(ended_at, "Europe/Berlin", days=7, closed=[], halves=HALF)
    moment = timedelta(seconds=1)

    counts = [strike.counts_at(at) for at in (ended_at - moment, ended_at, strike.fades_at - moment, strike.fades_at)]
    assert counts == [False, True, True, False]
    assert strike.halves == HALF
