"""The one promotion: whatever freed the seats, the same people move up in the same order."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.domain.enrollment import Trigger
from webapp.domain.permission import SYSTEM
from webapp.domain.waitlist import promotions_due
from webapp.models import Enrollment
from webapp.services.seats import LockedEvent
from webapp.services.transition import Cause, move_enrollments


def promote_next(session: Session, locked: LockedEvent, *, now: datetime) -> list[int]:
    """Give every free seat to whoever waits longest; returns their enrollment ids in order."""
    count = promotions_due(
        capacity=locked.capacity,
        taken=locked.taken,
        waiting=locked.waiting,
        starts_at=locked.starts_at,
        now=now,
    )
    if count == 0 or locked.row.status != "published":
        return []
    ids = list(
        session.scalars(
            select(Enrollment.id)
            .where(Enrollment.event_id == locked.id, Enrollment.status == S.WAITLISTED)
            .order_by(Enrollment.waitlist_position)
            .limit(count)
        )
    )
    cause = Cause(by=Trigger.SYSTEM, actor=SYSTEM, at=now, reason="A place opened")
    move_enrollments(
        session, locked, ids, from_status=S.WAITLISTED, to_status=S.CONFIRMED, cause=cause
    )
    return ids
