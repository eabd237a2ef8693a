"""Excuses of a place, as staff and the person read them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.domain.places.no_shows.excuse import ExcuseReason, is_excusable
from webapp.extensions import db
from webapp.models import Enrollment, NoShowExcuse, User
from webapp.queries.row_types import value_of


@dataclass(frozen=True, slots=True)
class ExcuseOf:
    """One excuse; `given_by` and `withdrawn_by` are names."""

    reason: ExcuseReason
    in_time: bool
    words: str
    given_by: str
    given_at: datetime
    withdrawn_by: str | None
    withdrawn_at: datetime | None

    @property
    def stands(self) -> bool:
        return self.withdrawn_at is None


def may_be_excused(enrollment_id: int) -> bool:
    """Whether there is something to excuse about that place, or may come to be."""
    row = db.session.execute(
        select(Enrollment.status, Enrollment.cancelled_late).where(Enrollment.id == enrollment_id)
    ).one()
    return is_excusable(EnrollmentStatus(row.status), cancelled_late=row.cancelled_late)


def excuses_of(enrollment_id: int) -> Sequence[ExcuseOf]:
    """All that were ever kept for that place, the latest first."""
    giver, taker = aliased(User), aliased(User)
    rows = db.session.execute(
        select(
            NoShowExcuse.reason,
            NoShowExcuse.in_time,
            NoShowExcuse.words,
            giver.name.label("given_by"),
            NoShowExcuse.given_at,
            taker.name.label("withdrawn_by"),
            NoShowExcuse.withdrawn_at,
        )
        .join(giver, giver.id == NoShowExcuse.given_by_id)
        .outerjoin(taker, taker.id == NoShowExcuse.withdrawn_by_id)
        .where(NoShowExcuse.enrollment_id == enrollment_id)
        .order_by(NoShowExcuse.id.desc())
    )
    return [replace(value_of(ExcuseOf, row), reason=ExcuseReason(row.reason)) for row in rows]
