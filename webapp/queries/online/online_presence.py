"""Who counts as having been in the online sessions of an event."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Row, and_, or_, select, true
from sqlalchemy.orm import Session

from webapp.domain.online.presence import CAME, CAME_BY_MARK
from webapp.models import Enrollment, MeetingSession, SessionReport


def came() -> ColumnElement[bool]:
    """Whether a report says present or late: by the staff's mark where there is one, else as measured."""
    by_mark = SessionReport.marked_status.in_(sorted(CAME_BY_MARK))
    as_measured = and_(SessionReport.marked_status.is_(None), SessionReport.status.in_(sorted(CAME)))
    return or_(by_mark, as_measured)


def came_online(session: Session, event_id: int) -> Sequence[Row]:
    """`(user_id, starts_at)` of everybody who came, session by session."""
    return session.execute(
        select(SessionReport.user_id, MeetingSession.starts_at)
        .join(MeetingSession, MeetingSession.id == SessionReport.session_id)
        .where(MeetingSession.event_id == event_id, MeetingSession.cancelled_at.is_(None), came())
    ).all()


def has_undecided_place(event_id: int, user_id: int | None = None) -> ColumnElement[bool]:
    """Enrollments of the event (or of one person in it) that closure will decide."""
    theirs = true() if user_id is None else Enrollment.user_id == user_id
    return and_(Enrollment.event_id == event_id, Enrollment.is_closable, theirs)
