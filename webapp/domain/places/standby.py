"""The standby line at the door: who stands in it, who gets in first, and when it gets the places of absent people.

Why it is so: docs/decisions/138-the-standby-line.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from webapp.domain.event_life import EventStatus
from webapp.domain.places.enrollment import EnrollmentSource
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.party import Unit, next_in_line
from webapp.domain.refusal import Refused

#: So long people are waited for, if the policy says nothing else.
USUAL_MINUTES = 15
MOST_MINUTES = 24 * 60
#: Who stands in the line by being there, has no seat, and may get one.
MAY_STAND_BY = frozenset({S.WAITLISTED, S.RELEASED})


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody in the standby line. `arrival_id` grows with each arrival, whatever any clock says."""

    enrollment_id: int
    version: int
    status: S
    source: str
    arrival_id: int
    ticket: int | None = None
    #: Whom they came with and get in with; None: they come alone, or take what there is.
    party_id: int | None = None

    @property
    def company(self) -> tuple[object, ...]:
        """The same for who gets in together: who lost a place and who never had one do not."""
        return (self.enrollment_id,) if self.party_id is None else (self.party_id, self.status)

    @property
    def _order(self) -> tuple[int, int]:
        if self.status is S.RELEASED:
            return 0, self.arrival_id
        if self.source == EnrollmentSource.WALK_IN or self.ticket is None:
            return 2, self.arrival_id
        return 1, self.ticket


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody with a place who was not checked in and is not in an online room that counts."""

    enrollment_id: int
    version: int
    confirmed_at: datetime


def in_order(people: Iterable[Standing]) -> list[Standing]:
    """First who had a place and lost it, by arrival; then who waits, by ticket; then walk-ins, by arrival."""
    return sorted(people, key=lambda one: one._order)


@dataclass(frozen=True, slots=True)
class Seats:
    """The seats that a line is let in to. `lets_pass`: whether a party that does not fit is passed by others."""

    capacity: int | None
    taken: int
    lets_pass: bool = False

    def free(self, more: int = 0) -> int | None:
        """How many are free once so many more are; None: there is no limit."""
        return None if self.capacity is None else max(self.capacity - self.taken, 0) + more


def who_gets_in(line: Iterable[Standing], seats: Seats, *, more: int = 0) -> list[Standing]:
    """Who of the line gets one of the free seats and of so many more, in order.

    Who stands there together gets in together: a party that does not fit holds up the line, or is passed.
    """
    people = in_order(line)
    together: dict[tuple[object, ...], list[Standing]] = {}
    for one in people:
        together.setdefault(one.company, []).append(one)
    units = [Unit(tuple(one.enrollment_id for one in unit)) for unit in together.values()]
    chosen = next_in_line(units, free=seats.free(more), capacity=seats.capacity, lets_pass=seats.lets_pass)
    by_id = {one.enrollment_id: one for one in people}
    return [by_id[one] for unit in chosen for one in unit.ids]


def standby_at(starts_at: datetime, minutes: int | None) -> datetime | None:
    """From when on the places of absent people may be given to the line; None where there is no standby line."""
    return None if minutes is None else starts_at + timedelta(minutes=minutes)


def seats_for_line(
    *, minutes: int | None, until: datetime | None, capacity: int | None, taken: int, now: datetime
) -> int | None:
    """How many free seats belong to the standby line now: none before `until`, from when on nobody moves up.

    None: there is no limit. `minutes` is the policy's; without a standby line there are none, ever.
    """
    if minutes is None or until is None or now < until:
        return 0
    return None if capacity is None else max(capacity - taken, 0)


def require_releasable(
    status: str, *, standby_at: datetime | None, effective_end_at: datetime, now: datetime
) -> datetime:
    """Refuse to give away places of absent people where or when that is not done; else from when on it could be.

    Raises `event_not_published`, `standby_off`, `standby_too_early` (fact: `standby_at`), `event_over`.
    """
    if status != EventStatus.PUBLISHED:
        raise Refused("event_not_published")
    if standby_at is None:
        raise Refused("standby_off")
    if now >= effective_end_at:
        raise Refused("event_over", ended_at=effective_end_at)
    if now < standby_at:
        raise Refused("standby_too_early", standby_at=standby_at)
    return standby_at


def by_turn_to_lose(absent: Iterable[Absent]) -> list[Absent]:
    """Who got the place last loses it first."""
    return sorted(absent, key=lambda one: (one.confirmed_at, one.enrollment_id), reverse=True)


def is_each_given(line: Sequence[Standing], seats: Seats, released: int) -> bool:
    """Whether the line takes so many released places, with those that were free: nobody loses one for nothing."""
    return len(who_gets_in(line, seats, more=released)) == (seats.free(released) or 0)


def most_released(line: Sequence[Standing], seats: Seats, absent: int) -> int:
    """How many places can change hands at most: each that is taken from somebody is given to somebody."""
    possible = range(min(len(line), absent), 0, -1)
    return next((count for count in possible if is_each_given(line, seats, count)), 0)


def require_chosen(chosen: Sequence[int], absent: Iterable[int], line: Sequence[Standing], seats: Seats) -> None:
    """Refuse a choice of who loses the place that cannot be done as it is.

    Raises `standby_nobody_chosen`, `standby_changed` (one of them is not absent any more), `standby_too_many` (more
    than stand in line; fact: `line`), `standby_unused` (who is next came with others, and so many seats do not fit).
    """
    if not chosen:
        raise Refused("standby_nobody_chosen")
    if not set(chosen) <= set(absent):
        raise Refused("standby_changed")
    if len(set(chosen)) > len(line):
        raise Refused("standby_too_many", line=len(line))
    if not is_each_given(line, seats, len(set(chosen))):
        raise Refused("standby_unused")


def picture_key(absent: Iterable[Absent], line: Iterable[Standing]) -> str:
    """The same for the same people in the same order: a form carries it to show that somebody saw them."""
    facts = (
        sorted((one.enrollment_id, one.version) for one in absent),
        [(one.enrollment_id, one.version) for one in line],
    )
    return f"{crc32(repr(facts).encode()):08x}"


def require_standby_terms(minutes: int | None, *, days: int, has_waitlist: bool, capacity: int | None) -> None:
    """Refuse a standby line where it cannot work.

    Raises `standby_needs_one_day`, `standby_needs_waitlist`, `standby_needs_limit` (everybody gets a place).
    """
    if minutes is None:
        return
    if days > 1:
        raise Refused("standby_needs_one_day")
    if not has_waitlist:
        raise Refused("standby_needs_waitlist")
    if capacity is None:
        raise Refused("standby_needs_limit")
