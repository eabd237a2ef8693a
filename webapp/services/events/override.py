"""Corrections by an admin, with a reason, and taking one back."""

from datetime import date, datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from webapp.domain.desk.check_in import CheckInMethod
from webapp.domain.event_days import event_days, local_date
from webapp.domain.events.override import days_to_check_in, require_day
from webapp.domain.notices.notice import NotificationType
from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.enrollment import SEATED, TransitionKind, require_legal
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.models import CheckIn, CheckInReversal, Enrollment
from webapp.queries.row_types import AnyRow
from webapp.services.events.correction import Corrected, is_repeat, last_transition
from webapp.services.letters import make_ready
from webapp.services.notices.correction import tell_of_correction
from webapp.services.online.late_evidence import learn_late
from webapp.services.places.enrollment import lock_enrollment
from webapp.services.places.seats import LockedEvent, save_counters
from webapp.services.places.transition import Cause, move_enrollments
from webapp.services.places.waitlist import promote_next
from webapp.services.unit_of_work import write_transaction

_ENROLLMENT = Enrollment.__table__


def override_status(
    *,
    enrollment_id: int,
    to_status: S,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_version: int,
    on_day: date | None = None,
) -> Corrected:
    """Set right what the record says: no_show to attended, or confirmed to checked_in.

    The latter also writes a check-in for `on_day` (a local date of the event, not in the
    future), or closure would contradict it. Sent twice by the same person it happens once.
    Raises Refused: `reason_required`, `not_found`, `stale`, `illegal_move`, `event_not_begun`, `day_not_possible`.
    """
    _require_reason(reason)
    cause = Cause(by=Trigger.ADMIN, actor=actor, at=now, reason=reason, kind=TransitionKind.OVERRIDE)
    make_ready(NotificationType.CORRECTED)
    with write_transaction() as session:
        locked, row = lock_enrollment(session, enrollment_id)
        if is_repeat(session, row, to_status, cause, expected_version):
            return Corrected(row.id, to_status)
        _require_fresh(row, expected_version)
        status = S(row.status)
        require_legal(status, to_status, cause.kind)
        _seat(session, locked, row.id, status, to_status)
        if to_status is S.CHECKED_IN:
            _write_check_in(session, locked, row.id, _day(locked, on_day, now), cause)
        move_enrollments(session, locked, [row.id], from_status=status, to_status=to_status, cause=cause)
        save_counters(session, locked)
        tell_of_correction(session, row.id, reason=reason, actor_id=actor.user_id, now=now, is_withdrawal=False)
        learn_late(session, locked, now=now, only_user_id=row.user_id)
    return Corrected(enrollment_id, to_status)


def grant_attendance(session: Session, locked: LockedEvent, row: AnyRow, cause: Cause) -> None:
    """Correct a no-show of the locked event to attended, as an answer to an appeal; it asks for no seat.

    The caller tells the person. Raises Refused: `illegal_move`.
    """
    status = S(row.status)
    require_legal(status, S.ATTENDED, cause.kind)
    _seat(session, locked, row.id, status, S.ATTENDED)
    move_enrollments(session, locked, [row.id], from_status=status, to_status=S.ATTENDED, cause=cause)
    save_counters(session, locked)
    learn_late(session, locked, now=cause.at, only_user_id=row.user_id)


def withdraw_override(
    *, enrollment_id: int, reason: str, actor: Actor, now: datetime, expected_version: int
) -> Corrected:
    """Take the latest override back and restore what stood before it.

    Only while it is the last thing that happened: no later move, and for a check-in no
    other one since. Sent twice by the same person it happens once.
    Raises Refused: `reason_required`, `not_found`, `stale`, `nothing_to_withdraw`,
    `checked_in_since`.
    """
    _require_reason(reason)
    cause = Cause(by=Trigger.ADMIN, actor=actor, at=now, reason=reason, kind=TransitionKind.WITHDRAWAL)
    make_ready(NotificationType.CORRECTION_WITHDRAWN)
    with write_transaction() as session:
        locked, row = lock_enrollment(session, enrollment_id)
        if is_repeat(session, row, S(row.status), cause, expected_version):
            return Corrected(row.id, S(row.status))
        _require_fresh(row, expected_version)
        last = last_transition(session, row)
        if last is None or last.kind != TransitionKind.OVERRIDE:
            raise Refused("nothing_to_withdraw")
        before = S(last.from_status)
        if last.to_status == S.CHECKED_IN:
            _reverse_check_in(session, row.id, cause)
        move_enrollments(session, locked, [row.id], from_status=S(row.status), to_status=before, cause=cause)
        promote_next(session, locked, now=now)
        save_counters(session, locked)
        tell_of_correction(session, row.id, reason=reason, actor_id=actor.user_id, now=now, is_withdrawal=True)
        learn_late(session, locked, now=now, only_user_id=row.user_id)
    return Corrected(enrollment_id, before)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused("reason_required")


def _require_fresh(row: AnyRow, expected_version: int) -> None:
    if row.version != expected_version:
        raise Refused("stale", status=S(row.status))


def _seat(session: Session, locked: LockedEvent, enrollment_id: int, from_status: S, to_status: S) -> None:
    """What is decided after closing asks for no seat: where none is left it is one beyond them, with its reason."""
    if to_status in SEATED and from_status not in SEATED and locked.is_full:
        session.execute(update(_ENROLLMENT).where(_ENROLLMENT.c.id == enrollment_id).values(over_capacity=True))
        locked.allow_over()


def _day(locked: LockedEvent, chosen: date | None, now: datetime) -> date:
    event = locked.row
    days = event_days(event.starts_at, event.ends_at, event.timezone)
    return require_day(chosen, days_to_check_in(days, local_date(now, event.timezone)))


def _write_check_in(session: Session, locked: LockedEvent, enrollment_id: int, local_on: date, cause: Cause) -> None:
    # A confirmed person has no living check-in, so all those of the day were reversed.
    reversed_before = session.scalar(
        select(func.count()).where(CheckIn.enrollment_id == enrollment_id, CheckIn.local_on == local_on)
    )
    session.execute(
        insert(CheckIn.__table__).values(
            enrollment_id=enrollment_id,
            event_id=locked.id,
            local_on=local_on,
            sequence=reversed_before,
            method=CheckInMethod.OVERRIDE,
            desk="",
            actor_id=cause.actor.user_id,
            at=cause.at,
        )
    )


def _reverse_check_in(session: Session, enrollment_id: int, cause: Cause) -> None:
    """Reverse the override's own check-in, or refuse when it is not the only one any more."""
    living = session.execute(
        select(CheckIn.id, CheckIn.event_id, CheckIn.method)
        .outerjoin(CheckInReversal, CheckInReversal.check_in_id == CheckIn.id)
        .where(CheckIn.enrollment_id == enrollment_id, CheckInReversal.check_in_id.is_(None))
    ).all()
    if [row.method for row in living] != [CheckInMethod.OVERRIDE]:
        raise Refused("checked_in_since")
    session.execute(
        insert(CheckInReversal.__table__).values(
            check_in_id=living[0].id,
            event_id=living[0].event_id,
            actor_id=cause.actor.user_id,
            reason=cause.reason,
            at=cause.at,
        )
    )
