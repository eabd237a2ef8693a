"""Events in which what people said afterwards does not go together with the record."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, and_, func, or_, select

from webapp.domain.asking.contradiction import CONTRADICTIONS
from webapp.domain.permission import Reach
from webapp.extensions import db
from webapp.models import AttendanceResponse, Enrollment, Event
from webapp.queries.reach import within

#: Events of one page.
MOST = 20


def contradicted_events(reach: Reach, now: datetime) -> Sequence[Row]:
    """Events whose answers are open, the earliest first: one statement.

    `id, title, starts_at, timezone, organization_id, facility_id, people`.
    """
    pairs = sorted(CONTRADICTIONS)
    said = or_(*(and_(AttendanceResponse.answer == answer, Enrollment.status == status) for answer, status in pairs))
    own = and_(Enrollment.event_id == AttendanceResponse.event_id, Enrollment.user_id == AttendanceResponse.user_id)
    # Counted for each of the few events: joined, it is every answer and every outcome there ever was.
    people = (
        select(func.count())
        .select_from(AttendanceResponse)
        .join(Enrollment, own)
        .where(AttendanceResponse.event_id == Event.id, said)
        .correlate(Event)
        .scalar_subquery()
    )
    return db.session.execute(
        select(
            Event.id,
            Event.title,
            Event.starts_at,
            Event.timezone,
            Event.organization_id,
            Event.facility_id,
            people.label("people"),
        )
        .where(Event.answers_closed_at.is_(None), Event.deleted_at.is_(None), Event.takes_place, people > 0)
        .where(within(reach, Event.organization_id, Event.facility_id), Event.starts_at <= now)
        .order_by(Event.effective_end_at, Event.id)
        .limit(MOST)
    ).all()
