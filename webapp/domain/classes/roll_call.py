"""Roll call: what staff say about one person in one session of a class."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.classes.program_class import ClassStatus, require_not_frozen
from webapp.domain.event_days import to_instant
from webapp.domain.online.presence import StaffMark
from webapp.domain.refusal import Refused

NOTE_LIMIT = 500

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


class RollCallStatus(StrEnum):
    PRESENT = "present"
    PARTIAL = "partial"
    ABSENT_EXCUSED = "absent_excused"
    ABSENT_UNEXCUSED = "absent_unexcused"


#: They were not there at all.
ABSENT = frozenset({RollCallStatus.ABSENT_EXCUSED, RollCallStatus.ABSENT_UNEXCUSED})


class AbsenceCategory(StrEnum):
    """Why somebody was not there (or not all of the time), in a word."""

    ILLNESS = "illness"
    WORK = "work"
    APPOINTMENT = "appointment"
    FAMILY = "family"
    TRANSPORT = "transport"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Scheduled:
    """When a session is, as instants."""

    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> int:
        return minutes_of(self.starts_at, self.ends_at)


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands about one person; without a status nothing does. Times are UTC."""

    status: RollCallStatus | None = None
    minutes: int | None = None
    in_at: datetime | None = None
    out_at: datetime | None = None
    category: AbsenceCategory | None = None
    note: str = ""


NOTHING = Mark()


def minutes_of(starts_at: datetime, ends_at: datetime) -> int:
    """The whole minutes between two instants, at least one: no session is without any."""
    return max(int((ends_at - starts_at).total_seconds()) // 60, 1)


def require_roll_call(class_status: ClassStatus, *, is_cancelled: bool, local_on: date, today: date) -> None:
    """Refuse marks in a session that has none now.

    `local_on` and `today` are dates of the facility. Raises `class_frozen` (a completed class, too: what
    people have in writing does not change under them), `roll_call_not_begun`, `session_cancelled`,
    `session_in_future`.
    """
    require_not_frozen(class_status)
    if class_status is ClassStatus.SCHEDULED:
        raise Refused("roll_call_not_begun")
    if is_cancelled:
        raise Refused("session_cancelled")
    if local_on > today:
        raise Refused("session_in_future", local_on=local_on)


def make_mark(
    status: RollCallStatus,
    scheduled: Scheduled,
    *,
    in_at: datetime | None = None,
    out_at: datetime | None = None,
    category: AbsenceCategory | None = None,
    note: str = "",
    measured: int | None = None,
) -> Mark:
    """The mark that says this; what does not go with the status is not kept.

    Absent is no minutes; else they are those between the times, as far as they lie in the session, and a missing
    one of the two is the session's own. Without both, present is all the scheduled minutes, and partial the
    `measured` ones, if any. Raises `out_not_after_in`,
    `partial_needs_times`, `times_outside_session`.
    """
    status = RollCallStatus(status)
    if status in ABSENT:
        return Mark(status, 0, category=category, note=note)
    if in_at is not None and out_at is not None and out_at <= in_at:
        raise Refused("out_not_after_in")
    is_present = status is RollCallStatus.PRESENT
    if in_at is None and out_at is None:
        if is_present:
            return Mark(status, scheduled.minutes, note=note)
        if measured is None:
            raise Refused("partial_needs_times")
        return Mark(status, measured, category=category, note=note)
    first = max(in_at or scheduled.starts_at, scheduled.starts_at)
    last = min(out_at or scheduled.ends_at, scheduled.ends_at)
    if first >= last:
        raise Refused("times_outside_session")
    minutes = min(minutes_of(first, last), scheduled.minutes)
    return Mark(status, minutes, in_at, out_at, None if is_present else category, note)


def read_clock(text: str, scheduled: Scheduled, local_on: date, timezone: str, *, field: str) -> datetime | None:
    """A wall-clock time such as 18:05 as the instant nearest to the session; None for nothing.

    A session that lasts past midnight has two dates. Raises `clock_time_invalid`.
    """
    if not text.strip():
        return None
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise Refused("clock_time_invalid", field=field)
    wall = time(int(found[1]), int(found[2]))
    both = (to_instant(local_on + timedelta(days=days), wall, timezone).at for days in (0, 1))
    return min(both, key=lambda instant: _away(instant, scheduled))


def _away(instant: datetime, scheduled: Scheduled) -> timedelta:
    """How far it is from the session; nothing inside of it."""
    return max(scheduled.starts_at - instant, instant - scheduled.ends_at, timedelta(0))


@dataclass(frozen=True, slots=True)
class Line:
    """A mark as somebody writes it: times as wall-clock times of the facility, or empty."""

    status: RollCallStatus | None = None
    in_clock: str = ""
    out_clock: str = ""
    category: AbsenceCategory | None = None
    note: str = ""

    def mark(self, scheduled: Scheduled, local_on: date, timezone: str, *, measured: int | None = None) -> Mark:
        """What it says. Raises as `make_mark` and `read_clock` do."""
        if self.status is None:
            return NOTHING
        if self.status in ABSENT:
            return make_mark(self.status, scheduled, category=self.category, note=self.note)
        in_at = read_clock(self.in_clock, scheduled, local_on, timezone, field="in")
        out_at = read_clock(self.out_clock, scheduled, local_on, timezone, field="out")
        return make_mark(
            self.status,
            scheduled,
            in_at=in_at,
            out_at=out_at,
            category=self.category,
            note=self.note,
            measured=measured,
        )


def line_of(mark: Mark, timezone: str) -> Line:
    """How a mark stands in a form."""
    zone = ZoneInfo(timezone)
    clocks = [f"{at.astimezone(zone):%H:%M}" if at else "" for at in (mark.in_at, mark.out_at)]
    return Line(mark.status, clocks[0], clocks[1], mark.category, mark.note)


def prefilled(result: str | None, minutes: int, scheduled: Scheduled) -> Mark:
    """What an online result says about a session's roll-call; nothing where it says nothing.

    Late is partial with the minutes that were measured. Who was not in the video room may have been in the
    real one, so an absence there is no mark.
    """
    if result == StaffMark.PRESENT:
        return Mark(RollCallStatus.PRESENT, scheduled.minutes)
    if result in (StaffMark.LATE, StaffMark.PARTIAL):
        return Mark(RollCallStatus.PARTIAL, min(max(minutes, 1), scheduled.minutes))
    return NOTHING


@dataclass(frozen=True, slots=True)
class Place:
    """From when until when somebody had a seat in the class; without an end they still have it."""

    from_at: datetime
    until_at: datetime | None = None


def places_of(moves: Iterable[tuple[int, int, str, datetime]]) -> dict[int, list[Place]]:
    """Everybody's times with a seat, by user id, from the trail of their enrollments.

    `moves` are `(user_id, enrollment_id, to_status, at)`, those of one enrollment in their order.
    """
    begun: dict[int, datetime] = {}
    places: dict[int, list[Place]] = defaultdict(list)
    owner: dict[int, int] = {}
    for user_id, enrollment_id, to_status, at in moves:
        owner[enrollment_id] = user_id
        since = begun.pop(enrollment_id, None)
        if since is not None:
            places[user_id].append(Place(since, at))
        if to_status == E.ENROLLED:
            begun[enrollment_id] = at
    for enrollment_id, since in begun.items():
        places[owner[enrollment_id]].append(Place(since))
    return dict(places)


def day_bounds(local_on: date, timezone: str) -> tuple[datetime, datetime]:
    """The first instant of a local date, and the first one after it."""
    zone = ZoneInfo(timezone)
    first, after = (datetime.combine(local_on + timedelta(days=days), time.min, zone) for days in (0, 1))
    return first.astimezone(UTC), after.astimezone(UTC)


def had_place(places: Sequence[Place], bounds: tuple[datetime, datetime]) -> bool:
    """Whether somebody had a seat at any moment of that date."""
    first, after = bounds
    return any(one.from_at < after and (one.until_at is None or one.until_at > first) for one in places)


def has_place(places: Sequence[Place]) -> bool:
    """Whether somebody has a seat to this day."""
    return any(one.until_at is None for one in places)
