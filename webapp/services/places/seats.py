"""The lock of an event, and the seats and the queue counted under it.

Why it is so: docs/decisions/002-lock-first.md.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Self, TypeVar

from sqlalchemy import Update, bindparam, func, select, update
from sqlalchemy.orm import Session

from webapp.domain.event_life import EventStatus
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.enrollment import EnrollmentTerms, is_past_deadline
from webapp.domain.places.party import ahead_of_newcomer
from webapp.domain.places.waitlist import LANE, rank_of_last, ticket_in
from webapp.domain.refusal import Refused
from webapp.models import Event, EventPolicy, Organization
from webapp.queries.events.event import STORED_COLUMNS, StoredEvent
from webapp.queries.ledger import EVENTS, Ledger
from webapp.queries.row_types import AnyRow, AnySelect, value_of
from webapp.services.places.stamps import reached

_POLICY, _EVENT = EventPolicy.__table__, Event.__table__

# Built once: every move of everybody asks these.
_LOCKING = (
    select(*STORED_COLUMNS)
    .join(_POLICY, _POLICY.c.event_id == _EVENT.c.id)
    .where(_EVENT.c.deleted_at.is_(None))
    .with_for_update(key_share=True)
)
_BY_ID = _LOCKING.where(_EVENT.c.id == bindparam("event_id", type_=_EVENT.c.id.type))
_OWNER = Organization.id == _EVENT.c.organization_id
_DEMANDS_TERMS = select(Organization.demands_terms).where(_OWNER).scalar_subquery()
_IS_SUSPENDED = select(Organization.suspended_at.is_not(None)).where(_OWNER).scalar_subquery()
_BY_SLUG = _LOCKING.add_columns(_IS_SUSPENDED, _DEMANDS_TERMS).where(
    _EVENT.c.slug == bindparam("slug", type_=_EVENT.c.slug.type)
)


@dataclass
class LockedSeats(ABC):
    """An offering whose counters this transaction holds: facts and counters as they are now."""

    #: The offering's columns: a row, or the facts of it.
    row: Any
    taken: int
    waiting: int
    last_position: int
    #: Seats beyond the capacity that were given on purpose.
    over: int
    #: Seats held by open offers: so many of those who wait are asked already.
    offered: int = 0
    #: In which lane whoever enrolls now joins the line, and how many wait in a later lane than the first.
    lane: int = 0
    behind: int = 0
    _changed: bool = field(default=False, repr=False)

    ledger: ClassVar[Ledger]

    @classmethod
    def of(cls, row: Any) -> Self:
        """The offering whose columns that row, or these facts, have."""
        return cls(row, row.seats_taken, row.waiting_count, row.last_waitlist_position, row.seats_over)

    @property
    def id(self) -> int:
        own_id: int = self.row.id
        return own_id

    @property
    def capacity(self) -> int | None:
        capacity: int | None = self.row.capacity
        return capacity

    @property
    @abstractmethod
    def promotes_until(self) -> datetime | None:
        """From then on nobody moves up; None where nobody does."""

    @abstractmethod
    def stamps(self, from_status: Any, to_status: Any, *, at: datetime, actor_id: int | None) -> dict[str, object]:
        """What a move sets in an enrollment beside its status: values, or a `FirstTime`, by column."""

    def count_move(self, from_status: Any, to_status: Any, people: int = 1) -> None:
        """Keep the counters true to a move of so many people."""
        seated, waits = self.ledger.seated, self.ledger.waiting
        seats = people * ((to_status in seated) - (from_status in seated))
        queue = people * ((to_status == waits) - (from_status == waits))
        self.taken += seats
        self.waiting += queue
        self._changed |= bool(seats or queue)

    def count_held(self, seats: int) -> None:
        """So many more seats are held for somebody, or (negative) no longer."""
        self.taken += seats
        self._changed |= bool(seats)

    def count_offered(self, seats: int) -> None:
        """So many more seats are held by offers, or (negative) no longer."""
        self.offered += seats
        self.count_held(seats)

    @property
    def unasked(self) -> int:
        """How many wait for whom no seat is held."""
        return self.waiting - self.offered

    @property
    def is_full(self) -> bool:
        """Whether every seat there is has somebody."""
        return self.capacity is not None and self.taken >= self.capacity

    @property
    def seats_beyond(self) -> int:
        """How many seats are taken beyond the capacity."""
        return 0 if self.capacity is None else max(self.taken - self.capacity, 0)

    def allow_over(self, people: int = 1) -> None:
        """Let so many more in than there are seats: decided by somebody, with a reason."""
        self.over += people
        self._changed = True

    def next_ticket(self, lane: int = 0) -> int:
        """The next FIFO ticket of the waitlist, in that lane."""
        self.last_position += 1
        self._changed = True
        return ticket_in(lane, self.last_position)

    @property
    def rank_of_last(self) -> int:
        """The rank of who joined the line just now."""
        return rank_of_last(waiting=self.waiting, behind=self.behind, lane=self.lane)


Locked = TypeVar("Locked", bound=LockedSeats)


class LockedEvent(LockedSeats):
    """An event whose policy row this transaction holds."""

    row: StoredEvent

    ledger = EVENTS

    @classmethod
    def of(cls, row: Any) -> Self:
        locked = super().of(row)
        locked.offered = row.seats_offered
        return locked

    @property
    def starts_at(self) -> datetime:
        return self.row.starts_at

    @property
    def promotes_until(self) -> datetime | None:
        if self.row.status != EventStatus.PUBLISHED:
            return None
        return self.row.last_call_at or self.row.starts_at

    @property
    def asks_first(self) -> bool:
        """Whether a seat is offered to whoever is next; where there is no limit everybody gets one."""
        return self.row.offer_hours is not None and self.row.capacity is not None

    def ahead_of_newcomer(self, now: datetime) -> int:
        """How many of those who wait somebody who comes now stands behind."""
        lets_pass = self.row.parties_pass
        return ahead_of_newcomer(self.unasked, lets_pass=lets_pass, promotes_until=self.promotes_until, now=now)

    def count_next(self, people: int) -> None:
        """Count so many who are next as `promote_next` would: asked first, or given a seat."""
        if self.asks_first:
            self.count_offered(people)
        else:
            self.count_move(S.WAITLISTED, S.CONFIRMED, people)

    def stamps(self, from_status: S, to_status: S, *, at: datetime, actor_id: int | None) -> dict[str, object]:
        values = reached(from_status, to_status, at)
        if from_status is S.WAITLISTED and to_status is S.CONFIRMED:
            values["promoted_at"] = at
        if from_status in {S.WAITLISTED, S.PENDING} and to_status is S.CONFIRMED and self.leaves_freely(at):
            values["leaves_freely"] = True
        return values

    def leaves_freely(self, at: datetime) -> bool:
        """Whether a place given then can be given back until the start: the deadline is over."""
        return is_past_deadline(self.row.starts_at, self.row.cancellation_deadline_hours, at)

    @property
    def terms(self) -> EnrollmentTerms:
        return self.row.terms


def lock_event(session: Session, event_id: int) -> LockedEvent:
    """Lock the event and its policy, then read both. The first statement of every move.

    PostgreSQL: both rows FOR NO KEY UPDATE, read as they are after the wait (a join with
    only one of them locked would show the other as it was before). SQLite: the transaction
    is already the only writer. Raises `not_found`.
    """
    return _lock(session, _BY_ID, event_id=event_id)


def lock_event_by_slug(session: Session, slug: str) -> tuple[LockedEvent, bool]:
    """`lock_event` for a page that knows the event by its address, and whether its organization demands a yes to terms.

    Raises `not_found`, `organization_closed` (suspended).
    """
    row = session.execute(_BY_SLUG, {"slug": slug}).one_or_none()
    if row is None:
        raise Refused("not_found")
    *stored, is_suspended, demands_terms = row
    if is_suspended:
        raise Refused("organization_closed")
    return _with_lanes(session, value_of(StoredEvent, tuple(stored))), bool(demands_terms)


def require_open_organization(session: Session, locked: LockedEvent) -> None:
    """Nobody enrolls in what a suspended organization offers. Raises `organization_closed`."""
    closed = select(Organization.id).where(
        Organization.id == locked.row.organization_id, Organization.suspended_at.is_not(None)
    )
    if session.scalar(closed) is not None:
        raise Refused("organization_closed")


def _lock(session: Session, query: AnySelect, **which: object) -> LockedEvent:
    row = session.execute(query, which).one_or_none()
    if row is None:
        raise Refused("not_found")
    return _with_lanes(session, value_of(StoredEvent, row))


def _with_lanes(session: Session, row: StoredEvent) -> LockedEvent:
    """One statement more where somebody waits behind others, or did."""
    locked = LockedEvent.of(row)
    if row.has_lanes and row.waiting_count:
        own = EVENTS.enrollments.c
        behind = select(func.count()).where(own.event_id == row.id, own.status == EVENTS.waiting)
        locked.behind = session.scalar(behind.where(own.waitlist_position >= LANE)) or 0
    return locked


def lock_place(
    session: Session,
    ledger: Ledger,
    lock: Callable[[Session, int], Locked],
    enrollment_id: int,
    expected_version: int | None,
) -> tuple[Locked, AnyRow]:
    """Lock the offering of that enrollment, then read the enrollment as it is now.

    Raises `not_found`, and `stale` when it is not the version a form was opened on.
    """
    table = ledger.enrollments
    offering_id = session.scalar(select(table.c[ledger.key]).where(table.c.id == enrollment_id))
    if offering_id is None:
        raise Refused("not_found")
    locked = lock(session, offering_id)
    row = session.execute(select(*table.c).where(table.c.id == enrollment_id)).one()
    if expected_version is not None and row.version != expected_version:
        raise Refused("stale", status=ledger.status_of(row.status))
    return locked, row


def save_counters(session: Session, locked: LockedSeats) -> None:
    """Write the counters back, once, at the end of the use case."""
    # No more than were allowed: a seat sold twice by mistake is still refused by the database.
    over = min(locked.over, locked.seats_beyond)
    if locked._changed or over != locked.row.seats_over:
        counters = {
            "taken": locked.taken,
            "waiting": locked.waiting,
            "last_position": locked.last_position,
            "over": over,
        }
        if "seats_offered" in locked.ledger.counters.c:
            counters["offered"] = locked.offered
        session.execute(_counting(locked.ledger), {"of_offering": locked.id, **counters})


@cache
def _counting(ledger: Ledger) -> Update:
    counters = update(ledger.counters).where(ledger.own_id == bindparam("of_offering"))
    if "seats_offered" in ledger.counters.c:
        counters = counters.values(seats_offered=bindparam("offered"))
    return counters.values(
        seats_taken=bindparam("taken"),
        waiting_count=bindparam("waiting"),
        last_waitlist_position=bindparam("last_position"),
        seats_over=bindparam("over"),
    )
