"""Publishing an event, and calling it off."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webapp.domain.event_life import EventStatus, require_publishable
from webapp.domain.events.calling_off import require_may_call_off
from webapp.domain.permission import SYSTEM, Actor, Trigger
from webapp.domain.places.enrollment import CANCELLABLE
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.models import Enrollment, Event
from webapp.services.places.guest_hold import end_all_holds
from webapp.services.places.seats import LockedEvent, lock_event, save_counters
from webapp.services.places.transition import Cause, move_enrollments
from webapp.services.unit_of_work import write_transaction

_EVENT = Event.__table__


def publish_event(*, event_id: int, now: datetime) -> None:
    """Open a draft to people. Published already: nothing happens.

    Raises Refused: `not_found`, `event_not_draft`, `event_over` (its times lie in the past).
    """
    with write_transaction() as session:
        locked = lock_event(session, event_id)
        if locked.row.status == EventStatus.PUBLISHED:
            return
        require_publishable(locked.row.status, locked.row.effective_end_at, now)
        _set(session, locked, status=EventStatus.PUBLISHED, published_at=now)


def cancel_event(
    *, event_id: int, reason: str, actor: Actor, now: datetime, expected_version: int | None = None
) -> int:
    """Call an event off: everybody who waits, applied or has a place is cancelled by the system.

    Three statements per status, whatever the number of people; nobody is promoted. Returns
    how many people it concerned; called off already: 0 and nothing happens.
    Raises Refused: `not_found`, `stale`, `event_not_cancellable`, `people_checked_in`,
    `closure_begun`, `reason_required`.
    """
    if not reason.strip():
        raise Refused("reason_required")
    with write_transaction() as session:
        locked = lock_event(session, event_id)
        if locked.row.status == EventStatus.CANCELLED:
            return 0
        if expected_version is not None and locked.row.version != expected_version:
            raise Refused("stale")
        _require_cancellable(session, locked)
        cause = Cause(by=Trigger.SYSTEM, actor=SYSTEM, at=now, reason=reason)
        people = sum(_cancel_all(session, locked, status, cause) for status in sorted(CANCELLABLE))
        end_all_holds(session, locked, now=now)
        save_counters(session, locked)
        _set(
            session,
            locked,
            status=EventStatus.CANCELLED,
            cancel_reason=reason,
            cancelled_at=now,
            cancelled_by_id=actor.user_id,
        )
        return people


def _require_cancellable(session: Session, locked: LockedEvent) -> None:
    rows = session.execute(
        select(Enrollment.status, func.count()).where(Enrollment.event_id == locked.id).group_by(Enrollment.status)
    )
    require_may_call_off(locked.row.status, {S(status): people for status, people in rows})


def _cancel_all(session: Session, locked: LockedEvent, status: S, cause: Cause) -> int:
    ids = session.scalars(
        select(Enrollment.id)
        .where(Enrollment.event_id == locked.id, Enrollment.status == status)
        .order_by(Enrollment.id)
    ).all()
    move_enrollments(session, locked, ids, from_status=status, to_status=S.CANCELLED, cause=cause)
    return len(ids)


def _set(session: Session, locked: LockedEvent, **values: object) -> None:
    session.execute(update(_EVENT).where(_EVENT.c.id == locked.id).values(**values, version=_EVENT.c.version + 1))
