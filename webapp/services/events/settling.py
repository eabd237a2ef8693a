"""Settling an undecided outcome: an organizer or an admin says what it was, with a reason."""

from datetime import datetime

from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.enrollment import DECIDED
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.services.events.correction import Corrected, is_repeat
from webapp.services.online.late_evidence import learn_late
from webapp.services.places.enrollment import lock_enrollment
from webapp.services.places.seats import save_counters
from webapp.services.places.transition import Cause, move_enrollments
from webapp.services.unit_of_work import write_transaction


def settle_undecided(
    *, enrollment_id: int, to_status: S, reason: str, actor: Actor, by: Trigger, now: datetime, expected_version: int
) -> Corrected:
    """Decide attended or no_show where closure could not; it asks for no seat. Sent twice it happens once.

    Raises Refused: `reason_required`, `not_found`, `stale`, `illegal_move` (it is decided, or not closed yet).
    """
    if not reason.strip():
        raise Refused("reason_required")
    cause = Cause(by=by, actor=actor, at=now, reason=reason)
    with write_transaction() as session:
        locked, row = lock_enrollment(session, enrollment_id)
        if is_repeat(session, row, to_status, cause, expected_version):
            return Corrected(row.id, to_status)
        if row.version != expected_version:
            raise Refused("stale", status=S(row.status))
        if row.status != S.UNDECIDED or to_status not in DECIDED:
            raise Refused("illegal_move", from_status=S(row.status), to_status=to_status)
        move_enrollments(session, locked, [row.id], from_status=S.UNDECIDED, to_status=to_status, cause=cause)
        save_counters(session, locked)
        learn_late(session, locked, now=now, only_user_id=row.user_id)
    return Corrected(enrollment_id, to_status)
