"""What a mail about a domain event of classes needs to know."""

from collections.abc import Sequence

from sqlalchemy import Row, and_, null, select
from sqlalchemy.orm import Session

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
from webapp.queries.mail_address import can_be_written_to
from webapp.queries.notices.notification import is_own_preference
from webapp.queries.notices.outbox import reader_columns


def class_events_to_tell(session: Session, event_ids: Sequence[int]) -> Sequence[Row]:
    """Those of the domain events that concern somebody who can be written to, with all a mail needs."""
    move, own = ClassEnrollmentTransition, ClassEnrollment
    return session.execute(
        select(
            ClassOutboxEvent.id,
            ClassOutboxEvent.kind,
            move.triggered_by,
            move.reason,
            move.from_status,
            own.id.label("class_enrollment_id"),
            own.status,
            own.class_id,
            null().label("event_id"),
            ProgramClass.title,
            ProgramClass.status.label("class_status"),
            ProgramClass.starts_on,
            ProgramClass.ends_on,
            Facility.name.label("facility_name"),
            Facility.address,
            Facility.timezone,
            *reader_columns(),
            Organization.id.label("organization_id"),
            Organization.name.label("organization_name"),
            Organization.contact_email,
            ClassCompletion.code,
        )
        .join(own, own.id == ClassOutboxEvent.enrollment_id)
        .join(User, User.id == own.user_id)
        .join(ProgramClass, ProgramClass.id == own.class_id)
        .join(Facility, Facility.id == ProgramClass.facility_id)
        .join(Organization, Organization.id == ProgramClass.organization_id)
        .join(move, and_(move.enrollment_id == own.id, move.version == ClassOutboxEvent.version))
        .outerjoin(NotificationPreference, is_own_preference())
        .outerjoin(ClassCompletion, and_(ClassCompletion.enrollment_id == own.id, ClassCompletion.revoked_at.is_(None)))
        .where(is_among(session, ClassOutboxEvent.id, event_ids), can_be_written_to())
        .order_by(ClassOutboxEvent.id)
    ).all()
