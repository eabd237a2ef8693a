"""The one promotion: whatever freed the seats, the same people move up in the same order."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.permission import SYSTEM, Trigger
from webapp.domain.places.waitlist import promotions_due
from webapp.services.places.seats import LockedSeats
from webapp.services.places.transition import Cause, move_enrollments


def promote_next(session: Session, locked: LockedSeats, *, now: datetime) -> list[int]:
    """Give every free seat to whoever waits longest; returns their enrollment ids in order."""
    count = promotions_due(
        capacity=locked.capacity, taken=locked.taken, waiting=locked.waiting, until=locked.promotes_until, now=now
    )
    if count == 0:
        return []
    ledger = locked.ledger
    enrollments = ledger.enrollments.c
    ids = list(
        session.scalars(
            select(enrollments.id)
            .where(enrollments[ledger.key] == locked.id, enrollments.status == ledger.waiting)
            .order_by(enrollments.waitlist_position)
            .limit(count)
        )
    )
    cause = Cause(by=Trigger.SYSTEM, actor=SYSTEM, at=now, reason="A place opened")
    move_enrollments(session, locked, ids, from_status=ledger.waiting, to_status=ledger.promoted, cause=cause)
    return ids
