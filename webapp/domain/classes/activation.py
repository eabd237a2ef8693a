"""Five o'clock: when the morning of a facility comes, and which of its classes begin with it.

All dates are local to the facility. A five-o'clock belongs to the date that the facility's clock shows then.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from webapp.domain.classes.program_class import ClassStatus
from webapp.domain.event_days import local_date, require_timezone, to_instant

FIVE = time(5)
#: So many days are foreseen.
FORECAST_DAYS = 7


@dataclass(frozen=True, slots=True, order=True)
class Morning:
    """One five-o'clock: the instant (aware UTC), and the local date that it is of."""

    at: datetime
    local_on: date


def last_morning(now: datetime, timezone: str) -> Morning:
    """The latest five-o'clock that has come. Raises `unknown_timezone`."""
    return max(morning for morning in _around(now, timezone) if morning.at <= now)


def next_morning(now: datetime, timezone: str) -> Morning:
    """The first five-o'clock after that instant. Raises `unknown_timezone`."""
    return min(morning for morning in _around(now, timezone) if morning.at > now)


def due_morning(now: datetime, timezone: str, done: Collection[date]) -> Morning | None:
    """The morning that is to be done now: the last that came, unless its date is `done`.

    However many were missed, it is one: what should have begun with the earlier ones begins with it.
    """
    morning = last_morning(now, timezone)
    return None if morning.local_on in done else morning


def morning_of(starts_on: date, now: datetime, timezone: str) -> Morning:
    """With which of the mornings after `now` a class of that start date begins.

    A date that the zone's calendar skipped gives the morning after it. Raises `unknown_timezone`,
    `date_out_of_range`.
    """
    coming = next_morning(now, timezone)
    if starts_on <= coming.local_on:
        return coming
    return next(_from(starts_on, timezone))


def is_activated(status: str, *, is_archived: bool, starts_on: date, local_on: date) -> bool:
    """Whether a class begins on that local date: scheduled, not archived, and its start date has come."""
    return status == ClassStatus.SCHEDULED and not is_archived and starts_on <= local_on


def _around(now: datetime, timezone: str) -> list[Morning]:
    """The mornings of the dates around now, at least two before and two after it."""
    today = local_date(now, require_timezone(timezone).key)
    dates = (today + timedelta(days=days) for days in range(-3, 4))
    return [morning for morning in (_morning(on, timezone) for on in dates) if morning is not None]


def _from(local_on: date, timezone: str) -> Iterator[Morning]:
    while True:
        morning = _morning(local_on, timezone)
        if morning is not None:
            yield morning
        local_on += timedelta(days=1)


def _morning(local_on: date, timezone: str) -> Morning | None:
    """The first 5:00 of that date; where it is skipped, as much later as was skipped; None for a date that is not."""
    at = to_instant(local_on, FIVE, timezone).at
    return Morning(at, local_on) if local_date(at, timezone) == local_on else None
