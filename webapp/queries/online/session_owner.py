"""What an online session belongs to: an event, or a class by one of its sessions; and who has a place there."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus
from webapp.models import (
    ClassEnrollment,
    ClassEnrollmentTransition,
    ClassSession,
    Enrollment,
    Event,
    MeetingSession,
    Membership,
    ProgramClass,
)
from webapp.queries.id_set import is_among

_SESSION = MeetingSession


class SessionOwner(NamedTuple):
    """One of the two."""

    event_id: int | None
    class_id: int | None


def owner_of(session: Row) -> SessionOwner:
    """The owner of an online session: a row with `class_id_of()` as its `class_id`."""
    return SessionOwner(session.event_id, session.class_id)


def class_id_of() -> ColumnElement[Any]:
    """The class of the online session around it; null for an event's."""
    of_class = select(ClassSession.class_id).where(ClassSession.id == _SESSION.class_session_id)
    return of_class.correlate(_SESSION).scalar_subquery()


def is_online_side() -> ColumnElement[bool]:
    """The online session beside the session of a class (both of the statement around it), unless it was called off."""
    return and_(_SESSION.class_session_id == ClassSession.id, _SESSION.cancelled_at.is_(None))


def belongs_to(table: type[Any], owner: SessionOwner) -> ColumnElement[bool]:
    """Rows with an `event_id` and a `class_id` that are that owner's."""
    return table.event_id == owner.event_id if owner.event_id is not None else table.class_id == owner.class_id


def is_session_of(owner: SessionOwner) -> ColumnElement[bool]:
    """Online sessions of that owner."""
    if owner.event_id is not None:
        return _SESSION.event_id == owner.event_id
    return _SESSION.class_session_id.in_(select(ClassSession.id).where(ClassSession.class_id == owner.class_id))


def people_expected(session: Row) -> Select:
    """Ids of the people with a place in an online session; of a class whoever had a seat during it."""
    if session.event_id is not None:
        return select(Enrollment.user_id).where(Enrollment.event_id == session.event_id, Enrollment.holds_place)
    return seats_in_class(ClassEnrollment.user_id).where(_SESSION.id == session.id)


def seats_in_class(*columns: Any) -> Select:
    """Columns of online sessions of classes and of who had a seat at some moment of them, by the trail."""
    came, left = ClassEnrollmentTransition, aliased(ClassEnrollmentTransition)
    return (
        select(*columns)
        .distinct()
        .select_from(_SESSION)
        .join(ClassSession, ClassSession.id == _SESSION.class_session_id)
        .join(ClassEnrollment, ClassEnrollment.class_id == ClassSession.class_id)
        .join(came, and_(came.enrollment_id == ClassEnrollment.id, came.to_status == ClassEnrollmentStatus.ENROLLED))
        .outerjoin(left, and_(left.enrollment_id == came.enrollment_id, left.version == came.version + 1))
        .where(came.at < _SESSION.ends_at, or_(left.at.is_(None), left.at > _SESSION.starts_at))
    )


def hosts_of(session: Session, ids: Sequence[int]) -> list[tuple[int, int, bool]]:
    """Who holds those online sessions: `(session_id, user_id, is_teacher)`."""
    teachers = (
        select(_SESSION.id, ClassSession.instructor_id, true())
        .join(ClassSession, ClassSession.id == _SESSION.class_session_id)
        .where(is_among(session, _SESSION.id, ids), ClassSession.instructor_id.is_not(None))
    )
    organization = func.coalesce(Event.organization_id, ProgramClass.organization_id)
    staff = (
        select(_SESSION.id, Membership.user_id, false())
        .outerjoin(Event, Event.id == _SESSION.event_id)
        .outerjoin(ClassSession, ClassSession.id == _SESSION.class_session_id)
        .outerjoin(ProgramClass, ProgramClass.id == ClassSession.class_id)
        .join(Membership, Membership.organization_id == organization)
        .where(is_among(session, _SESSION.id, ids))
    )
    rows = {}
    for session_id, user_id, is_teacher in (*session.execute(staff), *session.execute(teachers)):
        rows[session_id, user_id] = bool(is_teacher)
    return [(*key, is_teacher) for key, is_teacher in rows.items()]
