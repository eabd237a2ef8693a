"""The one promotion: whatever freed the seats, the same people are next in the same order."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.permission import SYSTEM, Trigger
from webapp.domain.places.waitlist import promotions_due
from webapp.queries.places.offers import is_asked
from webapp.queries.places.parties.line import next_with_parties
from webapp.services.places.line.offers import offer_or_give
from webapp.services.places.seats import LockedEvent, LockedSeats
from webapp.services.places.standby.line import fill_from_line
from webapp.services.places.transition import Cause, move_enrollments


def promote_next(session: Session, locked: LockedSeats, *, now: datetime) -> list[int]:
    """Give every free seat to whoever waits longest, or hold it for them where they are asked first.

    From when on nobody moves up it is given to the standby line, where the event has one. Returns the enrollment ids
    of those who moved up, in order.
    """
    if isinstance(locked, LockedEvent):
        fill_from_line(session, locked, now=now)
    ids: Sequence[int] = who_is_next(session, locked, now=now)
    if not ids:
        return []
    if isinstance(locked, LockedEvent) and locked.asks_first:
        ids = offer_or_give(session, locked, ids, now=now)
    ledger = locked.ledger
    cause = Cause(by=Trigger.SYSTEM, actor=SYSTEM, at=now, reason="A place opened")
    move_enrollments(session, locked, ids, from_status=ledger.waiting, to_status=ledger.promoted, cause=cause)
    return list(ids)


def who_is_next(session: Session, locked: LockedSeats, *, now: datetime) -> Sequence[int]:
    """The enrollments for whom there is a seat now, in order: of a party that is placed whole all or none."""
    count = promotions_due(
        capacity=locked.capacity, taken=locked.taken, waiting=locked.unasked, until=locked.promotes_until, now=now
    )
    if count == 0:
        return []
    if isinstance(locked, LockedEvent) and locked.row.has_parties:
        free = None if locked.capacity is None else locked.capacity - locked.taken
        lets_pass = locked.row.parties_pass
        return next_with_parties(session, locked.id, free=free, capacity=locked.capacity, lets_pass=lets_pass)
    return _first_in_line(session, locked, count)


def _first_in_line(session: Session, locked: LockedSeats, count: int) -> Sequence[int]:
    enrollments = locked.ledger.enrollments.c
    in_line = select(enrollments.id).where(
        enrollments[locked.ledger.key] == locked.id, enrollments.status == locked.ledger.waiting
    )
    if locked.offered:
        in_line = in_line.where(~is_asked())
    return session.scalars(in_line.order_by(enrollments.waitlist_position).limit(count)).all()
