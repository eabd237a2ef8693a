"""Coming back into the line a moment after leaving it, with the ticket one had."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.event_life import EventStatus
from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.waitlist import returns_until
from webapp.domain.refusal import Refused
from webapp.models import Enrollment, EnrollmentTransition
from webapp.queries.ledger import is_last_move
from webapp.queries.row_types import AnyRow
from webapp.services.places.enrollment import Placed, lock_enrollment, require_newcomer
from webapp.services.places.seats import require_open_organization, save_counters
from webapp.services.places.transition import Cause, move_enrollments
from webapp.services.places.waitlist import promote_next
from webapp.services.unit_of_work import write_transaction


def return_to_line(*, enrollment_id: int, actor: Actor, now: datetime) -> Placed:
    """Take back that they left the line: the old ticket, behind seats that were given meanwhile. Once more is fine.

    Raises Refused: `not_found`, `return_over`, `already_enrolled`, `organization_closed` (suspended).
    """
    with write_transaction() as session:
        locked, row = lock_enrollment(session, enrollment_id)
        if row.status == S.WAITLISTED:
            return Placed(enrollment_id, S.WAITLISTED)
        last = session.execute(
            select(EnrollmentTransition.from_status, EnrollmentTransition.triggered_by)
            .join(Enrollment, is_last_move())
            .where(Enrollment.id == enrollment_id)
        ).one()
        until = returns_until(
            S(row.status),
            moved_from=S(last.from_status) if last.from_status else None,
            moved_by=Trigger(last.triggered_by),
            left_at=row.cancelled_at,
            starts_at=locked.starts_at,
        )
        if until is None or now >= until or locked.row.status != EventStatus.PUBLISHED:
            raise Refused("return_over")
        require_open_organization(session, locked)
        require_newcomer(session, locked.id, row.user_id, by=Trigger.USER)
        ids = [row.id, *_left_with(session, row)]
        cause = Cause(by=Trigger.USER, actor=actor, at=now, reason="Came back into the line")
        move_enrollments(session, locked, ids, from_status=S.CANCELLED, to_status=S.WAITLISTED, cause=cause)
        promote_next(session, locked, now=now)
        save_counters(session, locked)
    return Placed(enrollment_id, S.WAITLISTED)


def _left_with(session: Session, row: AnyRow) -> list[int]:
    """Who of the same party left the line in the same moment, and did not come back in another way."""
    if row.party_id is None:
        return []
    own, again = Enrollment.__table__, aliased(Enrollment)
    is_in = exists().where(again.event_id == own.c.event_id, again.user_id == own.c.user_id, again.is_live)
    left = select(own.c.id).where(
        own.c.party_id == row.party_id,
        own.c.id != row.id,
        own.c.status == S.CANCELLED,
        own.c.cancelled_at == row.cancelled_at,
        own.c.confirmed_at.is_(None),
        ~is_in,
    )
    return list(session.scalars(left))
