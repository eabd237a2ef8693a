"""A person's own appeal about a place, and what decides whether they may make one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from webapp.domain.events.appeal import AppealOutcome, AppealTerms
from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.extensions import db
from webapp.models import Appeal, AppealPicture, Enrollment, Event, User
from webapp.queries.events.appeal import standing_appeal
from webapp.queries.row_types import value_of

_decider = aliased(User)
_has_picture = exists().where(AppealPicture.appeal_id == Appeal.id)


@dataclass(frozen=True, slots=True)
class OwnAppeal:
    """The latest appeal about a place, as the person reads it; `decided_by` is a name."""

    id: int
    outcome: AppealOutcome
    filed_at: datetime
    words: str
    came_at: datetime | None
    decided_until: datetime
    ended_at: datetime | None
    answer: str
    decided_by: str | None
    has_picture: bool


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """The picture of an appeal, and where it belongs."""

    mimetype: str
    body: bytes
    event_id: int
    user_id: int


def own_appeal(enrollment_id: int) -> OwnAppeal | None:
    """The latest one about that place; one that was withdrawn counts as none."""
    row = db.session.execute(
        select(
            Appeal.id,
            Appeal.outcome,
            Appeal.filed_at,
            Appeal.words,
            Appeal.came_at,
            Appeal.decided_until,
            Appeal.ended_at,
            Appeal.answer,
            _decider.name,
            _has_picture,
        )
        .outerjoin(_decider, _decider.id == Appeal.decided_by_id)
        .where(Appeal.enrollment_id == enrollment_id, Appeal.outcome != AppealOutcome.WITHDRAWN)
        .order_by(Appeal.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    number, outcome, *others = row
    return OwnAppeal(number, AppealOutcome(outcome), *others)


def terms_of(status: EnrollmentStatus, effective_end_at: datetime, appeal: OwnAppeal | None) -> AppealTerms:
    """What decides whether the person may appeal now."""
    return AppealTerms(status, effective_end_at, appeal.outcome if appeal else None)


def terms_at(event_id: int, user_id: int) -> AppealTerms | None:
    """What decides whether that person may appeal at that event, by their latest place; None without one."""
    latest = select(func.max(Enrollment.id)).where(Enrollment.event_id == event_id, Enrollment.user_id == user_id)
    row = db.session.execute(
        select(Enrollment.status, Event.effective_end_at, standing_appeal().label("earlier"))
        .join(Event, Event.id == Enrollment.event_id)
        .where(Enrollment.id == latest.scalar_subquery(), Event.deleted_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    earlier = AppealOutcome(row.earlier) if row.earlier else None
    return AppealTerms(EnrollmentStatus(row.status), row.effective_end_at, earlier)


def picture_of(appeal_id: int) -> KeptPicture | None:
    """The picture of that appeal, while it is kept."""
    row = db.session.execute(
        select(AppealPicture.mimetype, AppealPicture.body, Appeal.event_id, Enrollment.user_id)
        .join(Appeal, Appeal.id == AppealPicture.appeal_id)
        .join(Enrollment, Enrollment.id == Appeal.enrollment_id)
        .where(AppealPicture.appeal_id == appeal_id)
    ).one_or_none()
    return value_of(KeptPicture, row) if row else None
