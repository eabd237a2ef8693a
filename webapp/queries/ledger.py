"""Where the moves of one kind of offering are kept: its tables, and the words of its rules.

Seats, waitlist and trail work the same for whatever people enroll in; what differs is said here.
Why it is so: docs/decisions/066-order-is-by-sequence.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ColumnElement, ScalarSelect, Table, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from webapp.domain.classes import class_enrollment
from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.classes.class_event import class_event_of_move
from webapp.domain.places.domain_event import event_of_move
from webapp.domain.places.enrollment import LIVE, SEATED, TransitionKind, require_legal
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.models import (
    ClassEnrollment,
    ClassEnrollmentTransition,
    ClassOutboxEvent,
    Enrollment,
    EnrollmentTransition,
    EventPolicy,
    OutboxEvent,
    ProgramClass,
)


@dataclass(frozen=True, eq=False)
class Ledger:
    """One kind of offering. `key` is the column that names it in the other tables; `counters` has one row of it."""

    key: str
    counters: Table
    enrollments: Table
    transitions: Table
    outbox: Table
    #: Statuses that are no end; those that take a seat; the one that waits for a seat; the one that a promotion gives.
    live: frozenset[Any]
    seated: frozenset[Any]
    waiting: StrEnum
    promoted: StrEnum
    status_of: Callable[[str], Any]
    require_legal: Callable[[Any, Any, TransitionKind], None]
    event_of_move: Callable[[Any, Any, TransitionKind], StrEnum | None]

    @property
    def own_id(self) -> Column[Any]:
        """The offering's id beside its counters."""
        return self.counters.primary_key.columns[0]


EVENTS = Ledger(
    key="event_id",
    counters=EventPolicy.__table__,
    enrollments=Enrollment.__table__,
    transitions=EnrollmentTransition.__table__,
    outbox=OutboxEvent.__table__,
    live=LIVE,
    seated=SEATED,
    waiting=S.WAITLISTED,
    promoted=S.CONFIRMED,
    status_of=S,
    require_legal=require_legal,
    event_of_move=event_of_move,
)

CLASSES = Ledger(
    key="class_id",
    counters=ProgramClass.__table__,
    enrollments=ClassEnrollment.__table__,
    transitions=ClassEnrollmentTransition.__table__,
    outbox=ClassOutboxEvent.__table__,
    live=class_enrollment.LIVE,
    seated=class_enrollment.SEATED,
    waiting=E.WAITLISTED,
    promoted=E.ENROLLED,
    status_of=E,
    require_legal=class_enrollment.require_legal,
    event_of_move=class_event_of_move,
)


def is_last_move() -> ColumnElement[bool]:
    """Joins `EnrollmentTransition` to the move that made the enrollment what it is."""
    return and_(
        EnrollmentTransition.enrollment_id == Enrollment.id,
        EnrollmentTransition.version == Enrollment.version,
    )


def begins_unit(waiting: Any) -> ColumnElement[bool]:
    """Whether that one of those who wait (an alias of `Enrollment`) comes alone, or stands first of its party: a party
    has one place in line, however many they are."""
    earlier = aliased(Enrollment)
    is_later = exists().where(
        earlier.party_id == waiting.party_id,
        earlier.is_waiting,
        earlier.waitlist_position < waiting.waitlist_position,
    )
    return or_(waiting.party_id.is_(None), ~is_later.correlate(waiting))


def rank_among_units(waiting: Any, **over: Any) -> ColumnElement[int]:
    """The rank of each of those who wait, from 1: heads of a party share theirs. `over`: as of a window."""
    is_first = case((begins_unit(waiting), 1), else_=0)
    return func.sum(is_first).over(order_by=waiting.waitlist_position, **over)


def rank_in_line() -> ScalarSelect[int]:
    """How many wait in the line of the `Enrollment` around it up to that one, itself included; a party is one."""
    ahead = aliased(Enrollment)
    return (
        select(func.count())
        .where(
            ahead.event_id == Enrollment.event_id,
            ahead.is_waiting,
            ahead.waitlist_position <= Enrollment.waitlist_position,
            begins_unit(ahead),
        )
        .correlate(Enrollment)
        .scalar_subquery()
    )


def heads_of_party() -> ColumnElement[int | None]:
    """How many of those who came with the `Enrollment` around it are in, itself included; null where nobody did."""
    head = aliased(Enrollment)
    counted = select(func.count()).where(head.party_id == Enrollment.party_id, head.is_live).correlate(Enrollment)
    return case((Enrollment.party_id.is_not(None), counted.scalar_subquery()))
