"""Placing those who applied for an event where nobody has to apply any more."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from webapp.domain.events.event_consequences import Consequences, Queues, consequences_of
from webapp.domain.events.event_draft import EventDraft
from webapp.domain.places.enrollment import EnrollmentMethod
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.models import Enrollment
from webapp.services.places.seats import LockedEvent
from webapp.services.places.transition import Cause, move_enrollments

_ENROLLMENT = Enrollment.__table__


def foresee(session: Session, locked: LockedEvent, draft: EventDraft, now: datetime) -> Consequences:
    """What becomes of people by that draft; the event is locked and not yet changed. Raises `applicants_left_over`."""
    after = replace(
        locked.terms,
        method=EnrollmentMethod(draft.method),
        has_waitlist=draft.has_waitlist,
        opens_at=draft.opens_at,
        closes_at=draft.closes_at,
        starts_at=draft.starts_at,
        effective_end_at=draft.effective_end_at,
    )
    pending = session.scalar(select(func.count()).where(_ENROLLMENT.c.event_id == locked.id, Enrollment.is_pending))
    asks_on = draft.offer_hours is not None and draft.capacity is not None
    # Where nobody is asked any more, those who were are given their seats like everybody who is next.
    taken, waiting = (locked.taken, locked.unasked) if asks_on else (locked.taken - locked.offered, locked.waiting)
    queues = Queues(taken, waiting, pending or 0)
    until = draft.last_call_at or draft.starts_at
    return consequences_of(locked.terms, after, queues, capacity=draft.capacity, until=until, now=now)


def place_applicants(session: Session, locked: LockedEvent, found: Consequences, *, cause: Cause) -> None:
    """Give those who applied what `foresee` said, in the order in which they applied; sets, whatever their number.

    To be called after the edit was written and who waits moved up, before anybody else can come.
    """
    if not (found.seated or found.queued):
        return
    ids = list(
        session.scalars(
            select(_ENROLLMENT.c.id)
            .where(_ENROLLMENT.c.event_id == locked.id, Enrollment.is_pending)
            .order_by(_ENROLLMENT.c.id)
        )
    )
    seated, queued = ids[: found.seated], ids[found.seated :]
    move_enrollments(session, locked, seated, from_status=S.PENDING, to_status=S.CONFIRMED, cause=cause)
    if queued:
        session.execute(
            update(_ENROLLMENT)
            .where(_ENROLLMENT.c.id == bindparam("applicant"))
            .values(waitlist_position=bindparam("ticket")),
            [{"applicant": one, "ticket": locked.next_ticket()} for one in queued],
        )
        move_enrollments(session, locked, queued, from_status=S.PENDING, to_status=S.WAITLISTED, cause=cause)
