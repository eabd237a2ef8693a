"""Events in which what people said afterwards does not go together with the record."""

from collections.abc import Sequence

from sqlalchemy import Row, and_, func, or_, select

from webapp.domain.asking.contradiction import CONTRADICTIONS
from webapp.domain.permission import Reach
from webapp.extensions import db
from webapp.models import AttendanceResponse, Enrollment, Event
from webapp.queries.reach import within

#: Events of one page.
MOST = 20


def contradicted_events(reach: Reach) -> Sequence[Row]:
    """Events whose answers are open, the earliest first: one statement.

    `id, title, starts_at, timezone, organization_id, facility_id, people`.
    """
    pairs = sorted(CONTRADICTIONS)
    said = or_(*(and_(AttendanceResponse.answer == answer, Enrollment.status == status) for answer, status in pairs))
    own = and_(Enrollment.event_id == AttendanceResponse.event_id, Enrollment.user_id == AttendanceResponse.user_id)
    return db.session.execute(
        select(
            Event.id,
            Event.title,
            Event.starts_at,
            Event.timezone,
            Event.organization_id,
            Event.facility_id,
            func.count().label("people"),
        )
        .join(AttendanceResponse, AttendanceResponse.event_id == Event.id)
        .join(Enrollment, own)
        .where(Event.answers_closed_at.is_(None), Event.deleted_at.is_(None), Event.takes_place, said)
        .where(within(reach, Event.organization_id, Event.facility_id))
        .group_by(Event.id)
        .order_by(Event.effective_end_at, Event.id)
        .limit(MOST)
    ).all()
