"""Where the moves of one kind of offering are written: its tables, and the words of its rules.

Seats, waitlist and trail work the same for whatever people enroll in; what differs is said here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Table

from webapp.domain import class_enrollment
from webapp.domain.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.class_event import class_event_of_move
from webapp.domain.domain_event import event_of_move
from webapp.domain.enrollment import SEATED, TransitionKind, require_legal
from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.models import (
    ClassEnrollment,
    ClassEnrollmentTransition,
    ClassOutboxEvent,
    Enrollment,
    EnrollmentTransition,
    OutboxEvent,
)


@dataclass(frozen=True, eq=False)
class Ledger:
    """One kind of offering. `key` is the column that names the offering in all three tables."""

    key: str
    enrollments: Table
    transitions: Table
    outbox: Table
    #: Statuses that take a seat; the one that waits for a seat; the one that a promotion gives.
    seated: frozenset[Any]
    waiting: StrEnum
    promoted: StrEnum
    status_of: Callable[[str], Any]
    require_legal: Callable[[Any, Any, TransitionKind], None]
    event_of_move: Callable[[Any, Any, TransitionKind], StrEnum | None]


EVENTS = Ledger(
    key="event_id",
    enrollments=Enrollment.__table__,
    transitions=EnrollmentTransition.__table__,
    outbox=OutboxEvent.__table__,
    seated=SEATED,
    waiting=S.WAITLISTED,
    promoted=S.CONFIRMED,
    status_of=S,
    require_legal=require_legal,
    event_of_move=event_of_move,
)

CLASSES = Ledger(
    key="class_id",
    enrollments=ClassEnrollment.__table__,
    transitions=ClassEnrollmentTransition.__table__,
    outbox=ClassOutboxEvent.__table__,
    seated=class_enrollment.SEATED,
    waiting=E.WAITLISTED,
    promoted=E.ENROLLED,
    status_of=E,
    require_legal=class_enrollment.require_legal,
    event_of_move=class_event_of_move,
)
