"""Completion records: that somebody completed a class, with a code anybody can check."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from webapp.domain.permission import SYSTEM_USER_ID, Actor
from webapp.domain.refusal import Refused
from webapp.models import ClassCompletion, ClassEnrollment
from webapp.queries.id_set import is_among
from webapp.queries.row_types import AnyRow
from webapp.services.places.certificates.codes import unused_codes
from webapp.services.places.transition import Cause
from webapp.services.unit_of_work import write_transaction

_COMPLETION, _ENROLLMENT = ClassCompletion.__table__, ClassEnrollment.__table__


def issue_completions(session: Session, enrollment_ids: Sequence[int], *, cause: Cause) -> None:
    """One record for each of these enrollments, none of which has a valid one: three statements."""
    if not enrollment_ids:
        return
    people = session.execute(
        select(_ENROLLMENT.c.id, _ENROLLMENT.c.class_id, _ENROLLMENT.c.user_id)
        .where(is_among(session, _ENROLLMENT.c.id, enrollment_ids))
        .order_by(_ENROLLMENT.c.id)
    ).all()
    codes = unused_codes(session, len(people))
    issued = {"issued_at": cause.at, "issued_by_id": cause.actor.user_id or SYSTEM_USER_ID}
    session.execute(
        insert(_COMPLETION),
        [
            {"enrollment_id": row.id, "class_id": row.class_id, "user_id": row.user_id, "code": code, **issued}
            for row, code in zip(people, codes, strict=True)
        ],
    )


def revoke_completion(*, completion_id: int, actor: Actor, reason: str, now: datetime) -> None:
    """Take a completion record back. The enrollment stays as it is: a completed class is frozen.

    Raises Refused: `reason_required`, `not_found`, `completion_revoked` where that was done before.
    """
    if not reason:
        raise Refused("reason_required")
    with write_transaction() as session:
        record = _locked_record(session, completion_id)
        if record.revoked_at is not None:
            raise Refused("completion_revoked")
        session.execute(
            update(_COMPLETION)
            .where(_COMPLETION.c.id == completion_id)
            .values(revoked_at=now, revoked_by_id=actor.user_id, revoked_reason=reason)
        )


def _locked_record(session: Session, completion_id: int) -> AnyRow:
    record = session.execute(
        select(*_COMPLETION.c).where(_COMPLETION.c.id == completion_id).with_for_update()
    ).one_or_none()
    if record is None:
        raise Refused("not_found")
    return record
