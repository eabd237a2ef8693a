"""The lock under which questions are changed and answered: the event's own, as every move takes it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.event_life import FROZEN
from webapp.domain.refusal import Refused
from webapp.models import Enrollment, Event, EventPolicy
from webapp.queries.row_types import AnyRow


def lock_asking_event(session: Session, event_id: int) -> AnyRow:
    """Lock the event and its policy, then read what decides about questions. Raises `not_found`."""
    row = session.execute(
        select(
            Event.id,
            Event.organization_id,
            Event.status,
            Event.starts_at,
            Event.effective_end_at,
            EventPolicy.has_questions,
            EventPolicy.answers_due_at,
        )
        .join(EventPolicy, EventPolicy.event_id == Event.id)
        .where(Event.id == event_id, Event.deleted_at.is_(None))
        .with_for_update(key_share=True)
    ).one_or_none()
    if row is None:
        raise Refused("not_found")
    return row


def require_changeable(event: AnyRow) -> None:
    """Refuse to change what a finished event asked (`event_frozen`)."""
    if event.status in FROZEN:
        raise Refused("event_frozen", status=event.status)


def lock_answering(session: Session, enrollment_id: int) -> tuple[AnyRow, AnyRow]:
    """Lock the event of that enrollment; the event, and the enrollment as it is now. Raises `not_found`."""
    event_id = session.scalar(select(Enrollment.event_id).where(Enrollment.id == enrollment_id))
    if event_id is None:
        raise Refused("not_found")
    event = lock_asking_event(session, event_id)
    own = select(Enrollment.id, Enrollment.user_id, Enrollment.status).where(Enrollment.id == enrollment_id)
    return event, session.execute(own).one()
