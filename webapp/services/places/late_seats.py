"""Seats that are free after the start: whoever waits is told at once, and the first press wins."""

from datetime import datetime

from sqlalchemy import func, insert, literal, select
from sqlalchemy.orm import Session

from webapp.domain.places.domain_event import DomainEvent
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.enrollment import can_take_seat, require_seat_to_take
from webapp.domain.refusal import Refused
from webapp.models import Enrollment, OutboxEvent
from webapp.services.places.parties.together import heads_with_status
from webapp.services.places.seats import LockedEvent
from webapp.services.places.transition import Cause, move_enrollments
from webapp.services.unit_of_work import nudge_after_commit

_ENROLLMENT, _OUTBOX = Enrollment.__table__, OutboxEvent.__table__
#: Told of no move and of no change of the event: counted down from here, far below the versions of events.
_FIRST_VERSION = -1_000_000_000


def is_there_a_seat_to_take(locked: LockedEvent, now: datetime) -> bool:
    """Whether somebody who waits could take a seat at this moment."""
    return can_take_seat(locked.terms, capacity=locked.capacity, taken=locked.taken, now=now)


def take_free_seat(session: Session, locked: LockedEvent, enrollment_id: int, *, cause: Cause) -> None:
    """Move somebody who waits to a free seat because they pressed first; with a party whoever of them gets one, too.

    Raises what `require_seat_to_take` does, `party_does_not_fit` where they are placed whole.
    """
    require_seat_to_take(locked.terms, capacity=locked.capacity, taken=locked.taken, now=cause.at)
    ids = _pressed_for(session, locked, enrollment_id)
    move_enrollments(session, locked, ids, from_status=S.WAITLISTED, to_status=S.CONFIRMED, cause=cause)


def _pressed_for(session: Session, locked: LockedEvent, enrollment_id: int) -> list[int]:
    own = select(_ENROLLMENT.c.party_id, _ENROLLMENT.c.user_id).where(_ENROLLMENT.c.id == enrollment_id)
    pressed = session.execute(own).one() if locked.row.has_parties else None
    if pressed is None or pressed.party_id is None:
        return [enrollment_id]
    heads = heads_with_status(session, pressed.party_id, S.WAITLISTED)
    if heads[0].leader_id != pressed.user_id:
        return [enrollment_id]
    free = len(heads) if locked.capacity is None else locked.capacity - locked.taken
    if len(heads) > free and not heads[0].may_split:
        raise Refused("party_does_not_fit", free=free, size=len(heads))
    return [one.id for one in heads[:free]]


def tell_of_opening(session: Session, locked: LockedEvent, *, was_open: bool, now: datetime) -> None:
    """Tell everybody who waits that a seat is free, if none was a moment ago: one statement, whatever their number.

    To be called after the seats changed, with what `is_there_a_seat_to_take` said before.
    """
    if was_open or not locked.waiting or not is_there_a_seat_to_take(locked, now):
        return
    earlier = select(func.min(_OUTBOX.c.version)).where(
        _OUTBOX.c.event_id == locked.id, _OUTBOX.c.kind == DomainEvent.PLACE_OPENED
    )
    columns = {
        "kind": literal(DomainEvent.PLACE_OPENED),
        "event_id": _ENROLLMENT.c.event_id,
        "enrollment_id": _ENROLLMENT.c.id,
        "version": func.coalesce(earlier.scalar_subquery(), _FIRST_VERSION) - 1,
        "occurred_at": literal(now, _OUTBOX.c.occurred_at.type),
    }
    waiting = (
        select(*columns.values())
        .where(_ENROLLMENT.c.event_id == locked.id, Enrollment.is_waiting)
        .order_by(_ENROLLMENT.c.waitlist_position)
    )
    session.execute(insert(_OUTBOX).from_select(list(columns), waiting))
    nudge_after_commit(session, "relay-outbox")
