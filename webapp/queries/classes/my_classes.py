"""A person's own classes, and the certificate behind a code."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Row, Select, and_, bindparam, func, select
from sqlalchemy.orm import aliased

from webapp.domain.classes.program_class import SessionStatus
from webapp.extensions import db
from webapp.models import (
    ClassCompletion,
    ClassEnrollment,
    ClassSession,
    Facility,
    MeetingSession,
    Organization,
    ProgramClass,
    User,
)
from webapp.queries.classes.class_people import rank_column
from webapp.queries.classes.surroundings import NAMES, with_surroundings
from webapp.queries.online.session_owner import is_online_side
from webapp.queries.parameters import DOORS, NOW, READER, built_once, reader_at

#: Nobody is in more classes; the rest would be read by nobody.
MOST = 100
MOST_SESSIONS = 10
_OWN = ClassEnrollment


def my_classes(user_id: int, now: datetime) -> Sequence[Row]:
    """The person's latest enrollment in each class, with `rank` and `next_starts_at`: live ones first, then the latest.

    One statement.
    """
    return db.session.connection().execute(_my_classes(), reader_at(user_id, now)).all()


def my_class(enrollment_id: int, user_id: int, now: datetime) -> Row | None:
    """One of the person's own enrollments in a class; None where it is not theirs."""
    asked = reader_at(user_id, now) | {"enrollment": enrollment_id}
    return db.session.connection().execute(_my_class(), asked).one_or_none()


def coming_sessions(class_id: int, now: datetime) -> Sequence[Row]:
    """The next sessions of a class that are held and not over yet; `meeting_id` of those held online.

    None while the class is paused or after it is over: no session takes place then.
    """
    return db.session.execute(
        select(ClassSession.id, ClassSession.starts_at, ClassSession.ends_at, MeetingSession.id.label("meeting_id"))
        .join(ProgramClass, ProgramClass.id == ClassSession.class_id)
        .outerjoin(MeetingSession, is_online_side())
        .where(
            ClassSession.class_id == class_id,
            ~ProgramClass.stands_still,
            ClassSession.status == SessionStatus.SCHEDULED,
            ClassSession.ends_at > now,
        )
        .order_by(ClassSession.starts_at, ClassSession.id)
        .limit(MOST_SESSIONS)
    ).all()


def class_certificate_by_code(code: str) -> Row | None:
    """The completion record with that code, revoked or not, with whom, what and where; None for an unknown one."""
    found = (
        select(
            ClassCompletion.code,
            ClassCompletion.user_id,
            ClassCompletion.issued_at,
            ClassCompletion.revoked_at,
            User.name,
            ProgramClass.title,
            ProgramClass.starts_on,
            ProgramClass.ends_on,
            ProgramClass.organization_id,
            ProgramClass.facility_id,
            *NAMES,
        )
        .join(User, User.id == ClassCompletion.user_id)
        .join(ProgramClass, ProgramClass.id == ClassCompletion.class_id)
    )
    return db.session.execute(with_surroundings(found).where(ClassCompletion.code == code)).one_or_none()


def completion_row(completion_id: int) -> Row | None:
    """A completion record with the class and person it is about, or None."""
    return db.session.execute(
        select(ClassCompletion.__table__, User.name, ProgramClass.organization_id)
        .join(User, User.id == ClassCompletion.user_id)
        .join(ProgramClass, ProgramClass.id == ClassCompletion.class_id)
        .where(ClassCompletion.id == completion_id)
    ).one_or_none()


@cache
def _my_classes() -> Select:
    latest = select(func.max(_OWN.id)).where(_OWN.user_id == READER).group_by(_OWN.class_id)
    is_over = ~_OWN.is_live
    live_first = _classes().order_by(is_over, ProgramClass.starts_on.desc(), _OWN.id)
    return built_once(live_first.where(_OWN.id.in_(latest)).limit(MOST))


@cache
def _my_class() -> Select:
    return _classes().where(_OWN.id == bindparam("enrollment", type_=_OWN.id.type), _OWN.user_id == READER)


def _classes() -> Select:
    meeting = aliased(ClassSession)
    next_starts_at = (
        select(func.min(meeting.starts_at))
        .where(meeting.class_id == ProgramClass.id, meeting.status == SessionStatus.SCHEDULED, meeting.starts_at > NOW)
        .where(~ProgramClass.stands_still)
        .correlate(ProgramClass)
        .scalar_subquery()
    )
    open_meeting_id = (
        select(func.min(MeetingSession.id))
        .join(ClassSession, is_online_side())
        .where(ClassSession.class_id == ProgramClass.id, ~ProgramClass.stands_still)
        .where(ClassSession.starts_at <= DOORS, ClassSession.ends_at > NOW)
        .correlate(ProgramClass)
        .scalar_subquery()
    )
    valid = and_(ClassCompletion.enrollment_id == _OWN.id, ClassCompletion.revoked_at.is_(None))
    columns = select(
        _OWN.id,
        _OWN.class_id,
        _OWN.status,
        _OWN.version,
        _OWN.enrolled_at,
        _OWN.ended_at,
        rank_column().label("rank"),
        ProgramClass.title,
        ProgramClass.description,
        ProgramClass.status.label("class_status"),
        ProgramClass.organization_id,
        ProgramClass.starts_on,
        ProgramClass.ends_on,
        *NAMES,
        Facility.address,
        Organization.contact_email,
        Organization.demands_terms,
        next_starts_at.label("next_starts_at"),
        ClassCompletion.code,
        open_meeting_id.label("open_meeting_id"),
    ).join(ProgramClass, ProgramClass.id == _OWN.class_id)
    return with_surroundings(columns).outerjoin(ClassCompletion, valid)
