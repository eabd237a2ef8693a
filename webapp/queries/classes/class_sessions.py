"""The sessions of a class, and what they clash with. Touching ends do not clash."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus
from webapp.domain.classes.program_class import SessionStatus
from webapp.extensions import db
from webapp.models import ClassEnrollment, ClassSession, Facility, MeetingSession, ProgramClass, Room, User
from webapp.queries.id_set import is_among
from webapp.queries.online.session_owner import is_online_side


@dataclass(frozen=True, slots=True)
class PersonClash:
    """Another class of a person that meets while this one does: `sessions` times, the first from `starts_at`.

    Instants are UTC; `timezone` is that of the other class's facility, and `weekdays` (0 is Monday) are read there.
    """

    class_id: int
    title: str
    timezone: str
    starts_at: datetime
    sessions: int
    weekdays: tuple[int, ...]


def sessions_of(class_id: int) -> Sequence[Row]:
    """Every session in order of time: its columns, `room_name`, `instructor_name`, `meeting_id`. One statement.

    `meeting_id` is the online session beside it, unless that was called off.
    """
    query = _named().where(ClassSession.class_id == class_id)
    return db.session.execute(query.order_by(ClassSession.starts_at, ClassSession.id)).all()


def session_of(class_id: int, session_id: int) -> Row | None:
    """One session of that class, with the same columns; or None."""
    query = _named().where(ClassSession.class_id == class_id, ClassSession.id == session_id)
    return db.session.execute(query).one_or_none()


def person_clashes(session: Session, user_ids: Sequence[int], class_id: int) -> dict[int, list[PersonClash]]:
    """Who of these people has a place in another class that meets while this one does.

    By user id; people without a clash are not in it. Cancelled sessions and frozen classes are
    in nobody's way. One statement, and one more for the weekdays, whatever the number of people and sessions.
    """
    if not user_ids:
        return {}
    here, there = aliased(ClassSession), aliased(ClassSession)
    rows = session.execute(
        select(
            ClassEnrollment.user_id,
            ProgramClass.id,
            ProgramClass.title,
            Facility.timezone,
            func.min(there.starts_at, type_=ClassSession.starts_at.type),
            func.count(there.id.distinct()),
        )
        .select_from(here)
        .join(there, and_(overlap(here, there), is_held(there), there.class_id != here.class_id))
        .join(ProgramClass, and_(ProgramClass.id == there.class_id, ~ProgramClass.is_frozen))
        .join(Facility, Facility.id == ProgramClass.facility_id)
        .join(ClassEnrollment, ClassEnrollment.class_id == there.class_id)
        .where(
            here.class_id == class_id,
            is_held(here),
            ClassEnrollment.status == ClassEnrollmentStatus.ENROLLED,
            is_among(session, ClassEnrollment.user_id, user_ids),
        )
        .group_by(ClassEnrollment.user_id, ProgramClass.id, ProgramClass.title, Facility.timezone)
        .order_by(ClassEnrollment.user_id, ProgramClass.id)
    ).all()
    days = _clashing_weekdays(session, class_id, {row.id for row in rows})
    found: dict[int, list[PersonClash]] = defaultdict(list)
    for user_id, other_id, title, timezone, starts_at, sessions in rows:
        found[user_id].append(PersonClash(other_id, title, timezone, starts_at, sessions, days[other_id]))
    return dict(found)


def _clashing_weekdays(session: Session, class_id: int, others: Collection[int]) -> dict[int, tuple[int, ...]]:
    """On which days of the week those classes meet while this one does, by their ids."""
    if not others:
        return {}
    here, there = aliased(ClassSession), aliased(ClassSession)
    dates = session.execute(
        select(there.class_id, there.local_on)
        .select_from(here)
        .join(there, and_(overlap(here, there), is_held(there)))
        .where(here.class_id == class_id, is_held(here), is_among(session, there.class_id, list(others)))
        .distinct()
    )
    days: dict[int, set[int]] = defaultdict(set)
    for other, local_on in dates:
        days[other].add(local_on.weekday())
    return {other: tuple(sorted(weekdays)) for other, weekdays in days.items()}


def _named() -> Select:
    return (
        select(
            *ClassSession.__table__.c,
            Room.name.label("room_name"),
            User.name.label("instructor_name"),
            MeetingSession.id.label("meeting_id"),
        )
        .outerjoin(MeetingSession, is_online_side())
        .outerjoin(Room, Room.id == ClassSession.room_id)
        .outerjoin(User, User.id == ClassSession.instructor_id)
    )


def overlap(one: type[ClassSession], other: type[ClassSession]) -> ColumnElement[bool]:
    """Two sessions share some time; where one ends when the other starts, they do not."""
    return and_(one.starts_at < other.ends_at, other.starts_at < one.ends_at)


def is_held(one: type[ClassSession]) -> ColumnElement[bool]:
    """The session was not cancelled."""
    return one.status == SessionStatus.SCHEDULED
