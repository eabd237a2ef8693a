"""Online sessions as people plan them: their times, their room, their state, and when one may join."""

import re
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from webapp.domain.event_days import event_days, local_date, moved_along, on_the_clock
from webapp.domain.places.enrollment import CLOSABLE
from webapp.domain.refusal import Refused

TITLE_LIMIT = 160
#: A longer one is a typing error in a date.
LONGEST_SESSION = timedelta(hours=12)
#: A session of an event may run over by so much.
OVERRUN = timedelta(hours=1)
#: More sessions than that in one go are a typing error, too.
LONGEST_SERIES = 60
#: The doors of a room open this long before the session starts.
DOORS_OPEN = timedelta(minutes=15)
#: Whoever has one of these places is expected, and may join.
MAY_JOIN = CLOSABLE

_ROOM_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)
#: The usual room of a session is this and its id.
ROOM_PREFIX = "session-"
_DEFAULT_ROOM = re.compile(rf"{ROOM_PREFIX}[0-9]+", re.ASCII)


class Repeat(StrEnum):
    """How a series goes on after its first session."""

    ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"


class SessionState(StrEnum):
    """Where a session stands. Derived from its row, never stored."""

    PLANNED = "planned"
    RUNNING = "running"
    ENDED = "ended"
    CALCULATED = "calculated"
    NEEDS_REVIEW = "needs_review"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class SessionDraft:
    """What an organizer decides about one session. Instants are aware UTC; no `room_name` is the usual one."""

    title: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    room_name: str = ""

    def differences(self, stored: object) -> tuple[str, ...]:
        """Names of the fields in which this draft differs from a row with the same columns."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name) != getattr(stored, f.name))


def default_room(session_id: int) -> str:
    """The room of a session that nobody named."""
    return f"{ROOM_PREFIX}{session_id}"


def require_room_name(text: str) -> str:
    """A room's name as typed, or "" for the usual one.

    Raises `room_name_invalid`; `room_name_reserved` for a name that is some session's usual one.
    """
    name = text.strip()
    if not name:
        return ""
    if not _ROOM_NAME.fullmatch(name):
        raise Refused("room_name_invalid", field="room_name")
    if _DEFAULT_ROOM.fullmatch(name):
        raise Refused("room_name_reserved", field="room_name")
    return name


def require_session_times(draft: SessionDraft, event: Any) -> None:
    """Refuse times that are no session's, or not one of this event's (a row with its times and zone).

    A session starts on a day of the event, because that is the day its presence may count for,
    and ends at most an hour after the event. Raises `session_end_not_after_start`,
    `session_too_long`, `session_outside_event`.
    """
    if draft.ends_at <= draft.starts_at:
        raise Refused("session_end_not_after_start")
    if draft.ends_at - draft.starts_at > LONGEST_SESSION:
        raise Refused("session_too_long", hours=int(LONGEST_SESSION.total_seconds()) // 3600)
    if not is_inside_event(draft.starts_at, draft.ends_at, event):
        raise Refused("session_outside_event")


def is_inside_event(starts_at: datetime, ends_at: datetime, event: Any) -> bool:
    """Whether a session lies within the days of its event."""
    days = event_days(event.starts_at, event.ends_at, event.timezone)
    return days[0] <= local_date(starts_at, event.timezone) <= days[-1] and ends_at <= event.effective_end_at + OVERRUN


def times_after_move(session: Any, before: Any, after: Any) -> tuple[datetime, datetime]:
    """Start and end of a session after its event moved (before and after: start and zone of the event).

    It keeps its distance from the event's start on the clocks of the event's zone, and its length.
    """
    starts_at = moved_along(session.starts_at, before, after)
    return starts_at, starts_at + (session.ends_at - session.starts_at)


def repeat_times(
    starts_at: datetime, ends_at: datetime, *, repeat: Repeat, count: int, days: tuple[date, ...], timezone: str
) -> tuple[list[tuple[datetime, datetime]], set[datetime]]:
    """Start and end of every session of a series, and those that the clocks show twice.

    A series keeps the time on the wall: 18:00 stays 18:00 when the clocks are moved. `daily` goes
    on to the last of the event's `days`, `weekly` has `count` sessions. Raises `series_too_long`
    and `time_skipped` (a session at a time that the clocks skip that day).
    """
    zone = ZoneInfo(timezone)
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    overnight = (end.date() - start.date()).days
    times, twice = [], set()
    for first in _dates(start.date(), repeat, count, days):
        begins = on_the_clock(first, start.time(), timezone)
        ends = on_the_clock(first + timedelta(days=overnight), end.time(), timezone)
        # The first one is as it was typed: of a time that comes twice somebody may mean the second.
        pair = (starts_at, ends_at) if first == start.date() else (begins.at, ends.at)
        times.append(pair)
        if first != start.date() and begins.note == "fold":
            twice.add(pair[0])
    return times, twice


def _dates(first: date, repeat: Repeat, count: int, days: tuple[date, ...]) -> list[date]:
    if repeat is Repeat.ONCE:
        return [first]
    if repeat is Repeat.WEEKLY:
        dates = [first + timedelta(weeks=week) for week in range(count)]
    else:
        dates = [day for day in days if day >= first] or [first]
    if len(dates) > LONGEST_SERIES:
        raise Refused("series_too_long", most=LONGEST_SERIES)
    return dates


def state_of(session: Any, *, is_called_off: bool, needs_review: int, now: datetime) -> SessionState:
    """Where a session (a row) stands at that instant.

    `is_called_off`: what it belongs to does not take place; `needs_review` people wait for
    somebody to decide.
    """
    if session.cancelled_at is not None or is_called_off:
        return SessionState.CANCELLED
    if now < session.starts_at:
        return SessionState.PLANNED
    if now < session.ends_at:
        return SessionState.RUNNING
    if session.calculation_error:
        return SessionState.FAILED
    if session.calculated_at is None:
        return SessionState.ENDED
    return SessionState.NEEDS_REVIEW if needs_review else SessionState.CALCULATED


def require_changeable(session: Any, now: datetime) -> None:
    """Refuse to change what was called off (`session_cancelled`) or has begun (`session_started`)."""
    if session.cancelled_at is not None:
        raise Refused("session_cancelled")
    if now >= session.starts_at:
        raise Refused("session_started")


def is_open(starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether the doors are open: from 15 minutes before the start until just before the end."""
    return starts_at - DOORS_OPEN <= now < ends_at


def require_may_join(session: Any, *, has_place: bool, is_host: bool, is_on: bool, now: datetime) -> None:
    """Refuse whoever may not join now: people with a place, the organization's staff, and who teaches it may.

    `is_on`: the event or class of the session takes place.

    Raises `not_enrolled`, `session_cancelled`, `session_not_open` (with `opens_at`), `session_over`.
    """
    if not has_place and not is_host:
        raise Refused("not_enrolled")
    if session.cancelled_at is not None or not is_on:
        raise Refused("session_cancelled")
    if now < session.starts_at - DOORS_OPEN:
        raise Refused("session_not_open", opens_at=session.starts_at - DOORS_OPEN)
    if now >= session.ends_at:
        raise Refused("session_over")


def was_silent(last_told_at: datetime | None, starts_at: datetime) -> bool:
    """Whether the video server told nothing of a session for which tokens were issued.

    `last_told_at` is what it told last of the room before the session's end; of an earlier one it says nothing.
    """
    return last_told_at is None or last_told_at < starts_at - DOORS_OPEN
