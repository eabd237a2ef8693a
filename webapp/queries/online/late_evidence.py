"""What late evidence is held against: places of a closed event, who decided them, and when something was learnt."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, func, select, true, union_all
from sqlalchemy.orm import Session, aliased

from webapp.domain.permission import Trigger
from webapp.extensions import db
from webapp.models import (
    Enrollment,
    EnrollmentTransition,
    IdentityMatchChange,
    LateFact,
    MeetingAttendance,
    MeetingSession,
    RoomGuest,
    SessionMark,
    User,
)
from webapp.queries.id_set import is_among

#: Changes that a page shows.
_MOST_CHANGES = 100


def is_closed_place(event_id: int, user_id: int | None = None) -> ColumnElement[bool]:
    """Enrollments of the event (or of one person in it) about which closure has decided, or could not."""
    theirs = true() if user_id is None else Enrollment.user_id == user_id
    return and_(Enrollment.event_id == event_id, Enrollment.is_closed, theirs)


def decided_by_people(session: Session, enrollment_ids: Sequence[int]) -> dict[int, datetime]:
    """Those of the enrollments whose last move a person made, and when."""
    if not enrollment_ids:
        return {}
    move = EnrollmentTransition
    rows = session.execute(
        select(move.enrollment_id, move.at)
        .join(Enrollment, and_(Enrollment.id == move.enrollment_id, Enrollment.version == move.version))
        .where(is_among(session, move.enrollment_id, enrollment_ids), move.triggered_by != Trigger.SYSTEM)
    )
    return {row.enrollment_id: row.at for row in rows}


def learnt_at(session: Session, event_id: int, user_ids: Sequence[int]) -> dict[int, datetime]:
    """When something new was last measured or said of those people in the sessions of the event."""
    if not user_ids:
        return {}
    record, mark = MeetingAttendance, SessionMark
    measured = (
        select(record.user_id, record.calculated_at.label("at"))
        .join(MeetingSession, MeetingSession.id == record.session_id)
        .where(MeetingSession.event_id == event_id, is_among(session, record.user_id, user_ids))
    )
    marked = (
        select(mark.user_id, mark.at)
        .join(MeetingSession, MeetingSession.id == mark.session_id)
        .where(MeetingSession.event_id == event_id, is_among(session, mark.user_id, user_ids))
    )
    both = union_all(measured, marked).subquery("learnt")
    rows = session.execute(select(both.c.user_id, func.max(both.c.at)).group_by(both.c.user_id))
    return {user_id: at for user_id, at in rows if at is not None}


def late_standing(event_id: int, user_id: int) -> Row | None:
    """`(id, status, late_outcome)` of a person's latest place in the event that was held to the end."""
    return db.session.execute(
        select(Enrollment.id, Enrollment.status, LateFact.outcome.label("late_outcome"))
        .outerjoin(LateFact, LateFact.enrollment_id == Enrollment.id)
        .where(Enrollment.event_id == event_id, Enrollment.user_id == user_id)
        .where(Enrollment.holds_place)
        .order_by(Enrollment.id.desc())
        .limit(1)
    ).one_or_none()


def match_changes(event_id: int | None, class_id: int | None, room_name: str) -> Sequence[Row]:
    """Whose identities staff said it was in an event or a class, or took back, newest first."""
    change, by = IdentityMatchChange, aliased(User)
    own = change.event_id == event_id if event_id is not None else change.class_id == class_id
    return db.session.execute(
        select(
            change.identity,
            change.is_match,
            change.reason,
            change.at,
            User.name,
            by.name.label("by"),
            RoomGuest.name.label("guest_name"),
        )
        .join(User, User.id == change.user_id)
        .join(by, by.id == change.actor_id)
        .outerjoin(RoomGuest, and_(RoomGuest.room_name == room_name, RoomGuest.identity == change.identity))
        .where(own)
        .order_by(change.id.desc())
        .limit(_MOST_CHANGES)
    ).all()


def late_facts_of(event_id: int | None) -> int:
    """How many outcomes of the event what was learnt since contradicts."""
    facts = select(func.count()).select_from(LateFact).where(LateFact.event_id == event_id)
    return (db.session.scalar(facts) or 0) if event_id is not None else 0
