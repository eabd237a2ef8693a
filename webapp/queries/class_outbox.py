"""What waits in the outbox of classes, and what a mail about it needs to know."""

from collections.abc import Sequence

from sqlalchemy import Row, and_, exists, func, null, select
from sqlalchemy.orm import Session

from webapp.domain.class_enrollment import ClassEnrollmentStatus as E
from webapp.extensions import db
from webapp.models import (
    ClassCompletion,
    ClassEnrollment,
    ClassEnrollmentTransition,
    ClassOutboxEvent,
    Facility,
    NotificationPreference,
    Organization,
    ProgramClass,
    User,
)
from webapp.queries.id_set import is_among
from webapp.queries.notification import is_own_preference
from webapp.queries.outbox import can_be_written_to
from webapp.queries.prompt import effective_frequency


def waiting_class_event_ids(session: Session, *, limit: int) -> Sequence[int]:
    """Domain events that were not handed over yet, oldest first, locked; others' are left out."""
    return session.scalars(
        select(ClassOutboxEvent.id)
        .where(ClassOutboxEvent.dispatched_at.is_(None))
        .order_by(ClassOutboxEvent.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def is_waiting_class_event() -> bool:
    """Whether anything waits to be handed over."""
    return bool(db.session.scalar(select(exists().where(ClassOutboxEvent.dispatched_at.is_(None)))))


def class_events_to_tell(session: Session, event_ids: Sequence[int]) -> Sequence[Row]:
    """Those of the domain events that concern somebody who can be written to, with all a mail needs."""
    move, own = ClassEnrollmentTransition, ClassEnrollment
    return session.execute(
        select(
            ClassOutboxEvent.id, ClassOutboxEvent.kind, move.triggered_by, move.reason,
            own.id.label("class_enrollment_id"), own.status, own.class_id, null().label("event_id"),
            ProgramClass.title, ProgramClass.status.label("class_status"), ProgramClass.starts_on,
            ProgramClass.ends_on, Facility.name.label("facility_name"), Facility.address, Facility.timezone,
            User.id.label("user_id"), User.name, User.email, effective_frequency().label("frequency"),
            Organization.id.label("organization_id"), Organization.name.label("organization_name"),
            Organization.contact_email, ClassCompletion.code,
        )
        .join(own, own.id == ClassOutboxEvent.enrollment_id)
        .join(User, User.id == own.user_id)
        .join(ProgramClass, ProgramClass.id == own.class_id)
        .join(Facility, Facility.id == ProgramClass.facility_id)
        .join(Organization, Organization.id == ProgramClass.organization_id)
        .join(move, and_(move.enrollment_id == own.id, move.version == ClassOutboxEvent.version))
        .outerjoin(NotificationPreference, is_own_preference())
        .outerjoin(
            ClassCompletion, and_(ClassCompletion.enrollment_id == own.id, ClassCompletion.revoked_at.is_(None))
        )
        .where(is_among(session, ClassOutboxEvent.id, event_ids), can_be_written_to())
        .order_by(ClassOutboxEvent.id)
    ).all()  # fmt: skip


def class_ranks_of(session: Session, enrollment_ids: Sequence[int]) -> dict[int, int]:
    """Where those of them who wait stand in their queues, from 1."""
    if not enrollment_ids:
        return {}
    own = ClassEnrollment
    concerned = select(own.class_id).where(is_among(session, own.id, enrollment_ids))
    place = func.row_number().over(partition_by=own.class_id, order_by=own.waitlist_position)
    queues = (
        select(own.id, place.label("rank")).where(own.status == E.WAITLISTED, own.class_id.in_(concerned)).subquery()
    )
    rows = session.execute(select(queues.c.id, queues.c.rank).where(is_among(session, queues.c.id, enrollment_ids)))
    return {row.id: row.rank for row in rows}
