"""Changing dates of a series together: which ones, and what becomes of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from webapp.domain.event_days import effective_end, to_instant
from webapp.domain.event_life import FROZEN
from webapp.domain.events.copying import copied_draft, draft_of
from webapp.domain.events.event_draft import EventDraft
from webapp.domain.recurrence import Scope
from webapp.domain.refusal import Refused

#: What of a date is changed together with others, as the trail keeps it.
KEPT = ("title", "place", "capacity", "starts_at", "ends_at", "opens_at", "closes_at", "list_opens_at")
_WORDS = ("title", "place", "capacity")
_TIMES = ("starts_at", "ends_at", "opens_at", "closes_at", "list_opens_at")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DateChange:
    """What becomes of one date: its draft afterwards, the fields that differ, and those in which it stays as it is.

    `keeps` are fields that were changed by hand on this date before, and so do not follow the others.
    """

    stored: Any
    draft: EventDraft
    changed: tuple[str, ...]
    keeps: tuple[str, ...] = ()


def moved_draft(
    stored: Any, *, title: str, place: str, capacity: int | None, local_on: date, at: time, until: time | None
) -> EventDraft:
    """The date as its form says: it starts and ends at these times on its clocks, an earlier end the day after.

    All other times keep their distance from the start. Without `until` the end is left as it is: it moves along.
    Raises `date_out_of_range`, `end_not_after_start`.
    """
    starts_at = to_instant(local_on, at, stored.timezone).at
    # A start that was left alone is the stored instant, to the second and of a time that comes twice.
    starts_at = stored.starts_at if _minute(stored.starts_at) == starts_at else starts_at
    draft = draft_of(stored) if starts_at == stored.starts_at else copied_draft(stored, starts_at)
    draft = replace(draft, title=title, place=place, capacity=capacity)
    return draft if until is None else replace(draft, ends_at=_end_at(draft, stored, until))


def end_on_clock(stored: Any) -> time | None:
    """The time at which it ends, where that alone says when: within a day of the start; None else."""
    ends_at = effective_end(stored.starts_at, stored.ends_at)
    if ends_at - stored.starts_at >= _DAY:
        return None
    return _wall(ends_at, stored.timezone).time().replace(second=0, microsecond=0)


def in_scope(dates: Sequence[Any], chosen_id: int, scope: Scope, now: datetime) -> list[Any]:
    """The dates that are changed with the chosen one, in order: of the others those that are still to come."""
    chosen = next((one for one in dates if one.id == chosen_id), None)
    if chosen is None or chosen.status in FROZEN:
        raise Refused("not_found")
    first = {Scope.THIS: None, Scope.FROM_HERE: chosen.starts_at, Scope.ALL: now}[scope]
    to_come = [one for one in dates if one.status not in FROZEN and one.starts_at > now]
    return [one for one in dates if one is chosen or (first is not None and one in to_come and one.starts_at >= first)]


def changes_along(dates: Sequence[Any], chosen_id: int, after: EventDraft) -> list[DateChange]:
    """What becomes of these dates when the chosen one becomes `after`, those that stay as they are left out.

    A date follows in a field only where it said the same as the chosen one did: what was changed by hand stays.
    Raises `series_day_alone` (only one date is moved to another day at a time), `nothing_changed_here`.
    """
    chosen = next(one for one in dates if one.id == chosen_id)
    before = draft_of(chosen)
    if (
        len(dates) > 1
        and _wall(before.starts_at, before.timezone).date() != _wall(after.starts_at, after.timezone).date()
    ):
        raise Refused("series_day_alone")
    found = [_along(one, before, after) if one.id != chosen_id else _itself(one, after) for one in dates]
    changes = [one for one in found if one.changed]
    if not changes:
        raise Refused("nothing_changed_here")
    return [one for one in found if one.changed or one.keeps]


def as_kept(draft: Any) -> dict[str, Any]:
    """`KEPT` of a draft or row in the form the trail keeps: instants as ISO texts."""
    values = {name: getattr(draft, name) for name in KEPT}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def as_fields(kept: Mapping[str, Any]) -> dict[str, Any]:
    """What the trail kept, as fields of a draft again."""
    texts = {name: kept.get(name) for name in _TIMES}
    times = {name: None if text is None else datetime.fromisoformat(text) for name, text in texts.items()}
    return {**kept, **times}


def _itself(stored: Any, after: EventDraft) -> DateChange:
    return DateChange(stored, after, after.differences(stored))


def _along(stored: Any, before: EventDraft, after: EventDraft) -> DateChange:
    own, keeps = draft_of(stored), []
    for name in _WORDS:
        was, becomes, mine = (getattr(one, name) for one in (before, after, own))
        if becomes in {was, mine}:
            continue
        if mine == was:
            own = replace(own, **{name: becomes})
        else:
            keeps.append(name)
    times, kept = _times_along(stored, before, after)
    draft = replace(own, **times)
    return DateChange(stored, draft, draft.differences(stored), (*keeps, *kept))


def _times_along(stored: Any, before: EventDraft, after: EventDraft) -> tuple[dict[str, Any], list[str]]:
    """The times of a date that follows, and those in which it does not because it has its own."""
    zone = stored.timezone
    keeps: list[str] = []
    was, becomes, mine = (_wall(one.starts_at, one.timezone).time() for one in (before, after, stored))
    moved: Any = stored
    if becomes not in {was, mine}:
        if mine == was:
            moved = copied_draft(stored, to_instant(_wall(stored.starts_at, zone).date(), becomes, zone).at)
        else:
            keeps.append("starts_at")
    times = {name: getattr(moved, name) for name in _TIMES}
    if _length(before) != _length(after) and _length(stored) != _length(after):
        if _length(stored) == _length(before):
            times["ends_at"] = _after(times["starts_at"], _length(after), zone)
        else:
            keeps.append("ends_at")
    return times, keeps


def _end_at(draft: EventDraft, stored: Any, until: time) -> datetime | None:
    if stored.ends_at is None and until == end_on_clock(draft):
        return None
    if draft.ends_at is not None and end_on_clock(draft) == until:
        return draft.ends_at
    start = _wall(draft.starts_at, draft.timezone)
    day = start.date() + (_DAY if until <= start.time() else timedelta())
    return to_instant(day, until, draft.timezone).at


def _length(one: Any) -> timedelta | None:
    """From its start to its end on the clocks; None where it has no end of its own."""
    return None if one.ends_at is None else _wall(one.ends_at, one.timezone) - _wall(one.starts_at, one.timezone)


def _after(starts_at: datetime, length: timedelta | None, timezone: str) -> datetime | None:
    if length is None:
        return None
    wall = _wall(starts_at, timezone) + length
    ends_at = to_instant(wall.date(), wall.time(), timezone).at
    return ends_at if ends_at > starts_at else starts_at + length


def _wall(instant: datetime, timezone: str) -> datetime:
    """What the clocks there show, without a zone."""
    return instant.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)


def _minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)
