"""Dates of a series: which ones a rule gives, and which of these are made."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from webapp.domain.event_days import local_date, to_instant
from webapp.domain.events.copying import copied_draft
from webapp.domain.recurrence import Recurrence
from webapp.domain.refusal import Refused

#: Dates that one series has, those that were called off included.
MOST_DATES = 200
#: How far ahead dates are planned.
FURTHEST = timedelta(days=5 * 366)


class Skip(StrEnum):
    """Why a date of the rule is not made."""

    PAST = "past"
    THERE = "there"
    DAY_OFF = "day_off"


@dataclass(frozen=True, slots=True)
class PlannedDate:
    """A date that a rule gives; instants are aware UTC. `why` is the name of a day off, which can be made still."""

    local_on: date
    starts_at: datetime
    ends_at: datetime
    skip: Skip | None = None
    why: str = ""


def require_end(rule: Recurrence) -> None:
    """Refuse a rule that goes on for ever (`series_needs_end`), or gives too many dates (`too_many_sessions`)."""
    if rule.count is None and rule.until_on is None:
        raise Refused("series_needs_end")
    if rule.count is not None and rule.count > MOST_DATES:
        raise Refused("too_many_sessions", most=MOST_DATES)


def require_room(dates: int, more: int) -> None:
    """Refuse (`too_many_dates`) more dates than a series has."""
    if dates + more > MOST_DATES:
        raise Refused("too_many_dates", most=MOST_DATES, left=max(MOST_DATES - dates, 0))


def start_on(stored: Any, local_on: date) -> datetime:
    """The start of the event on another date: the same time on its clocks, whatever they do in between.

    A time that the clocks skip is an hour later, of one that comes twice it is the first. Raises `date_out_of_range`.
    """
    wall = stored.starts_at.astimezone(ZoneInfo(stored.timezone))
    return to_instant(local_on, wall.time().replace(fold=0), stored.timezone).at


def plan_dates(
    stored: Any,
    dates: Sequence[date],
    *,
    there: Collection[datetime],
    closed: Mapping[date, str],
    now: datetime,
) -> list[PlannedDate]:
    """What becomes of the dates of a rule, for an event that is copied to them.

    `there`: starts of the dates that the series has and that take place. `closed`: days off, by why.
    """
    days = {local_date(one, stored.timezone) for one in there}
    return [_planned(stored, on, is_there=on in days, closed=closed, now=now) for on in dates]


def _planned(stored: Any, on: date, *, is_there: bool, closed: Mapping[date, str], now: datetime) -> PlannedDate:
    starts_at = start_on(stored, on)
    skip = Skip.THERE if is_there else Skip.PAST if starts_at <= now else Skip.DAY_OFF if on in closed else None
    ends_at = copied_draft(stored, starts_at).effective_end_at
    return PlannedDate(on, starts_at, ends_at, skip, closed.get(on, "") if skip is Skip.DAY_OFF else "")


def chosen_starts(planned: Sequence[PlannedDate], chosen: Collection[date]) -> list[datetime]:
    """The starts of the dates that were chosen and can be made, days off too. Raises `no_dates` where none is."""
    starts = [one.starts_at for one in planned if one.local_on in chosen and one.skip in {None, Skip.DAY_OFF}]
    if not starts:
        raise Refused("no_dates")
    return starts
