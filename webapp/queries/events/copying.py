"""What there is to copy: sessions of an event, templates of organizations."""

from collections.abc import Sequence

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from webapp.domain.permission import Reach
from webapp.extensions import db
from webapp.models import Event, EventTemplate, MeetingSession
from webapp.queries.reach import within
from webapp.queries.row_types import AnyRow


def sessions_to_copy(session: Session, event_id: int) -> Sequence[AnyRow]:
    """Its online sessions that were not called off, in order."""
    own = MeetingSession.__table__.c
    columns = (own.id, own.title, own.kind, own.room_name, own.starts_at, own.ends_at)
    query = select(*columns).where(own.event_id == event_id, own.cancelled_at.is_(None))
    return session.execute(query.order_by(own.starts_at, own.id)).all()


def template_name(event_id: int) -> str | None:
    """Under which name the event is kept as a template; None: it is not."""
    return db.session.scalar(select(EventTemplate.name).where(EventTemplate.event_id == event_id))


def templates_within(reach: Reach) -> Sequence[Row]:
    """The templates of what is reached, by name."""
    return db.session.execute(
        select(Event.id, EventTemplate.name, Event.title, Event.starts_at, Event.timezone)
        .join(EventTemplate, EventTemplate.event_id == Event.id)
        .where(within(reach, Event.organization_id, Event.facility_id), Event.deleted_at.is_(None))
        .order_by(EventTemplate.name, Event.id)
    ).all()
