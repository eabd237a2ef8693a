"""What staff decide about one person's place: an application, a place out of turn."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.enrollment import place_newcomer
from webapp.domain.refusal import Refused
from webapp.models import Enrollment
from webapp.services.places.enrollment import Placed, give_ticket, last_rank, lock_enrollment, require_running
from webapp.services.places.line.held_offers import end_offers_of
from webapp.services.places.seats import LockedEvent, save_counters
from webapp.services.places.transition import Cause, move_enrollments
from webapp.services.places.waitlist import promote_next
from webapp.services.unit_of_work import write_transaction

_ENROLLMENT = Enrollment.__table__


def decide_application(
    *,
    enrollment_id: int,
    approve: bool,
    actor: Actor,
    by: Trigger,
    now: datetime,
    reason: str | None = None,
    expected_version: int | None = None,
) -> Placed:
    """Approve (capacity is looked at again) or reject somebody who applied.

    Raises Refused: `not_found`, `stale`, `illegal_move`, `event_not_published`, `event_full`.
    """
    with write_transaction() as session:
        locked, row = lock_enrollment(session, enrollment_id, expected_version)
        if row.status != S.PENDING:
            raise Refused("illegal_move", from_status=S(row.status), to_status=S.CONFIRMED)
        cause = Cause(by=by, actor=actor, at=now, reason=reason)
        target = _approved_status(session, locked, now) if approve else S.REJECTED
        if target is S.WAITLISTED:
            give_ticket(session, locked, row.id)
        move_enrollments(session, locked, [row.id], from_status=S.PENDING, to_status=target, cause=cause)
        save_counters(session, locked)
        return Placed(enrollment_id, target, last_rank(locked, target))


def promote_out_of_turn(
    *,
    enrollment_id: int,
    actor: Actor,
    by: Trigger,
    reason: str,
    now: datetime,
    expected_version: int | None = None,
    over: bool = False,
) -> Placed:
    """An organizer gives one waiting person a free seat, before others, for a stated reason.

    With `over` also beyond the capacity, where no seat is free. Raises Refused: `not_found`, `stale`,
    `illegal_move`, `event_not_published`, `event_full`.
    """
    with write_transaction() as session:
        locked, row = lock_enrollment(session, enrollment_id, expected_version)
        cause = Cause(by=by, actor=actor, at=now, reason=reason)
        _give_back_offer(session, locked, row.id, cause)
        if over and locked.is_full:
            cause = replace(cause, reason=f"Over the limit: {reason}")
            locked.allow_over()
            session.execute(update(_ENROLLMENT).where(_ENROLLMENT.c.id == row.id).values(over_capacity=True))
        give_place(session, locked, row.id, S(row.status), cause=cause, over=over)
        save_counters(session, locked)
    return Placed(enrollment_id, S.CONFIRMED)


def give_place(
    session: Session, locked: LockedEvent, enrollment_id: int, status: S, *, cause: Cause, over: bool = False
) -> None:
    """Move a waiting person to a free seat of the locked event; the queue behind stays."""
    if status is not S.WAITLISTED:
        raise Refused("illegal_move", from_status=status, to_status=S.CONFIRMED)
    require_running(locked, cause.at)
    _give_back_offer(session, locked, enrollment_id, cause)
    if locked.is_full and not over:
        raise Refused("event_full", capacity=locked.capacity)
    move_enrollments(session, locked, [enrollment_id], from_status=status, to_status=S.CONFIRMED, cause=cause)


def _give_back_offer(session: Session, locked: LockedEvent, enrollment_id: int, cause: Cause) -> None:
    """The seat that may be held for them is free, so that they can have it in another way."""
    end_offers_of(session, locked, [enrollment_id], to_status=S.CONFIRMED, by=cause.by, now=cause.at)


def _approved_status(session: Session, locked: LockedEvent, now: datetime) -> S:
    require_running(locked, now)
    promote_next(session, locked, now=now)
    return place_newcomer(locked.terms, capacity=locked.capacity, taken=locked.taken, waiting=locked.unasked, now=now)
