"""Where the moves of one kind of offering are written: its tables, and the words of its rules.

Seats, waitlist and trail work the same for whatever people enroll in; what differs is said here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Table, func

from webapp.domain.domain_event import DomainEvent, event_of_move
from webapp.domain.enrollment import SEATED, TransitionKind, require_legal
from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.models import Enrollment, EnrollmentTransition, OutboxEvent

#: What a move sets beside the status: (from, to, when) -> values by column.
Stamps = Callable[[Any, Any, datetime], Mapping[str, object]]


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
    event_of_move: Callable[[Any, Any, TransitionKind], DomainEvent | None]
    stamps: Stamps


_ENROLLMENT = Enrollment.__table__
#: The column that keeps when a status was reached.
_REACHED = {
    S.CONFIRMED: "confirmed_at",
    S.CHECKED_IN: "checked_in_at",
    S.ATTENDED: "attended_at",
    S.NO_SHOW: "no_show_at",
    S.CANCELLED: "cancelled_at",
    S.REJECTED: "rejected_at",
}


def _stamps(from_status: S, to_status: S, at: datetime) -> Mapping[str, object]:
    values: dict[str, object] = {}
    if to_status in _REACHED:
        # The first time counts: a withdrawn correction does not rewrite when a seat was given.
        column = _REACHED[to_status]
        values[column] = func.coalesce(_ENROLLMENT.c[column], at)
    if from_status is S.CHECKED_IN and to_status is S.CONFIRMED:
        values["checked_in_at"] = None
    if from_status is S.ATTENDED and to_status is S.NO_SHOW:
        values["attended_at"] = None
    if from_status is S.WAITLISTED and to_status is S.CONFIRMED:
        values["promoted_at"] = at
    return values


EVENTS = Ledger(
    key="event_id",
    enrollments=_ENROLLMENT,
    transitions=EnrollmentTransition.__table__,
    outbox=OutboxEvent.__table__,
    seated=SEATED,
    waiting=S.WAITLISTED,
    promoted=S.CONFIRMED,
    status_of=S,
    require_legal=require_legal,
    event_of_move=event_of_move,
    stamps=_stamps,
)
