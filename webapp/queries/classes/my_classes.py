"""A person's own classes, and the certificate behind a code."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.orm import aliased

from webapp.domain.class_enrollment import LIVE
from webapp.domain.meeting_session import DOORS_OPEN
from webapp.domain.program_class import NOT_MEETING
from webapp.extensions import db
from webapp.models import (
    ClassCompletion,
    ClassEnrollment,
    ClassSession,
    Facility,
    MeetingSession,
    Organization,
    Program,
    ProgramClass,
    User,
)
from webapp.models.program import SessionStatus
from webapp.queries.classes.class_people import rank_column
from webapp.queries.online.session_owner import is_online_side

#: Nobody is in more classes; the rest would be read by nobody.
MOST = 100
MOST_SESSIONS = 10
_OWN = ClassEnrollment


def my_classes(user_id: int, now: datetime) -> Sequence[Row]:
    """The person's latest enrollment in each class, with `rank` and `next_starts_at`: live ones first, then the latest.

    One statement.
    """
    latest = select(func.max(_OWN.id)).where(_OWN.user_id == user_id).group_by(_OWN.class_id)
    is_over = _OWN.status.not_in(sorted(LIVE))
    return db.session.execute(
        _classes(now).where(_OWN.id.in_(latest)).order_by(is_over, ProgramClass.starts_on.desc(), _OWN.id).limit(MOST)
    ).all()


def my_class(enrollment_id: int, user_id: int, now: datetime) -> Row | None:
    """One of the person's own enrollments in a class; None where it is not theirs."""
    return db.session.execute(_classes(now).where(_OWN.id == enrollment_id, _OWN.user_id == user_id)).one_or_none()


def coming_sessions(class_id: int, now: datetime) -> Sequence[Row]:
    """The next sessions of a class that are held and not over yet; `meeting_id` of those held online."""
    return db.session.execute(
        select(ClassSession.id, ClassSession.starts_at, ClassSession.ends_at, MeetingSession.id.label("meeting_id"))
        .outerjoin(MeetingSession, is_online_side())
        .where(
            ClassSession.class_id == class_id,
            ClassSession.status == SessionStatus.SCHEDULED,
            ClassSession.ends_at > now,
        )
        .order_by(ClassSession.starts_at, ClassSession.id)
        .limit(MOST_SESSIONS)
    ).all()


def certificate_by_code(code: str) -> Row | None:
    """The completion record with that code, revoked or not, with whom, what and where; None for an unknown one."""
    return db.session.execute(
        select(
            ClassCompletion.id, ClassCompletion.code, ClassCompletion.user_id, ClassCompletion.issued_at,
            ClassCompletion.revoked_at, User.name, ProgramClass.title, ProgramClass.starts_on, ProgramClass.ends_on,
            ProgramClass.organization_id, Program.name.label("program_name"), Facility.name.label("facility_name"),
            Facility.timezone, Organization.name.label("organization_name"),
        )
        .join(User, User.id == ClassCompletion.user_id)
        .join(ProgramClass, ProgramClass.id == ClassCompletion.class_id)
        .join(Program, Program.id == ProgramClass.program_id)
        .join(Facility, Facility.id == ProgramClass.facility_id)
        .join(Organization, Organization.id == ProgramClass.organization_id)
        .where(ClassCompletion.code == code)
    ).one_or_none()  # fmt: skip


def completion_row(completion_id: int) -> Row | None:
    """A completion record with the class and person it is about, or None."""
    return db.session.execute(
        select(ClassCompletion.__table__, User.name, ProgramClass.organization_id)
        .join(User, User.id == ClassCompletion.user_id)
        .join(ProgramClass, ProgramClass.id == ClassCompletion.class_id)
        .where(ClassCompletion.id == completion_id)
    ).one_or_none()


def _classes(now: datetime) -> Select:
    meeting = aliased(ClassSession)
    next_starts_at = (
        select(func.min(meeting.starts_at))
        .where(meeting.class_id == ProgramClass.id, meeting.status == SessionStatus.SCHEDULED, meeting.starts_at > now)
        .correlate(ProgramClass)
        .scalar_subquery()
    )
    open_meeting_id = (
        select(func.min(MeetingSession.id))
        .join(ClassSession, is_online_side())
        .where(ClassSession.class_id == ProgramClass.id, ProgramClass.status.not_in(NOT_MEETING))
        .where(ClassSession.starts_at <= now + DOORS_OPEN, ClassSession.ends_at > now)
        .correlate(ProgramClass)
        .scalar_subquery()
    )
    valid = and_(ClassCompletion.enrollment_id == _OWN.id, ClassCompletion.revoked_at.is_(None))
    return (
        select(
            _OWN.id, _OWN.class_id, _OWN.status, _OWN.version, _OWN.enrolled_at, _OWN.ended_at,
            rank_column().label("rank"), ProgramClass.title, ProgramClass.description,
            ProgramClass.status.label("class_status"), ProgramClass.starts_on, ProgramClass.ends_on,
            Facility.name.label("facility_name"), Facility.address, Facility.timezone,
            Program.name.label("program_name"), Organization.name.label("organization_name"),
            Organization.contact_email, next_starts_at.label("next_starts_at"), ClassCompletion.code,
            open_meeting_id.label("open_meeting_id"),
        )
        .join(ProgramClass, ProgramClass.id == _OWN.class_id)
        .join(Program, Program.id == ProgramClass.program_id)
        .join(Facility, Facility.id == ProgramClass.facility_id)
        .join(Organization, Organization.id == ProgramClass.organization_id)
        .outerjoin(ClassCompletion, valid)
    )  # fmt: skip
