"""What every correction of an outcome shares: where somebody stands after it, and whether it happened already."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.models import EnrollmentTransition
from webapp.queries.row_types import AnyRow
from webapp.services.places.transition import Cause


@dataclass(frozen=True, slots=True)
class Corrected:
    """Where the person stands after a correction."""

    enrollment_id: int
    status: S


def last_transition(session: Session, row: AnyRow) -> AnyRow | None:
    """The move that made this version of the enrollment."""
    return session.execute(
        select(*EnrollmentTransition.__table__.c).where(
            EnrollmentTransition.enrollment_id == row.id, EnrollmentTransition.version == row.version
        )
    ).one_or_none()


def is_repeat(session: Session, row: AnyRow, to_status: S, cause: Cause, expected_version: int) -> bool:
    """Whether exactly this correction is what happened to the version the form was opened on."""
    if row.version != expected_version + 1:
        return False
    last = last_transition(session, row)
    return last is not None and (last.kind, last.to_status, last.actor_id, last.reason) == (
        cause.kind,
        to_status,
        cause.actor.user_id,
        cause.reason,
    )
