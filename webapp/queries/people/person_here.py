"""What one organization itself knows of a person: contact, places, notes. Nothing of any other organization."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.extensions import db
from webapp.models import (
    AttendanceResponse,
    CheckIn,
    CheckInReversal,
    ClassEnrollment,
    Enrollment,
    Event,
    Facility,
    FacilityPerson,
    PersonNote,
    ProgramClass,
    User,
)
from webapp.queries.ledger import begins_unit
from webapp.queries.page import Page, cut, nearest_page
from webapp.queries.row_types import value_of

PAGE_SIZE = 25
#: Classes and notes of one person that are shown.
MOST_CLASSES, MOST_NOTES = 50, 100


@dataclass(frozen=True, slots=True)
class PersonHere:
    """Somebody whom the organization knows."""

    id: int
    name: str
    email: str | None
    phone: str | None
    address_proved_at: datetime | None
    mail_refused_at: datetime | None
    #: Since when: their first place or facility there.
    known_since: datetime | None
    events: int
    attended: int
    decided: int


def person_here(user_id: int, organization_id: int) -> PersonHere | None:
    """The person, if they ever had a place there or belong to one of its facilities; else None. One statement."""
    row = db.session.execute(
        select(
            User.id,
            User.name,
            User.email,
            User.phone,
            User.address_proved_at,
            User.mail_refused_at,
            *_first_seen(organization_id),
            *_counts(organization_id),
        ).where(User.id == user_id, User.is_system.is_(False), is_known(organization_id))
    ).one_or_none()
    if row is None:
        return None
    first = [at for at in (row.first_event, row.first_class, row.first_facility) if at is not None]
    return PersonHere(
        row.id, row.name, row.email, row.phone, row.address_proved_at, row.mail_refused_at,
        min(first, default=None), row.events, int(row.attended or 0), int(row.decided or 0),
    )  # fmt: skip


def event_places(user_id: int, organization_id: int, number: int, total: int) -> Page[Row]:
    """A page of their places in its events, the latest event first, with what was recorded. One statement."""
    own, other = Enrollment, aliased(Enrollment)
    ahead = select(func.count()).where(
        other.event_id == own.event_id,
        other.is_waiting,
        other.waitlist_position <= own.waitlist_position,
        begins_unit(other),
    )
    days = (
        select(func.count(CheckIn.local_on.distinct()))
        .where(CheckIn.enrollment_id == own.id)
        .where(~exists().where(CheckInReversal.check_in_id == CheckIn.id))
    )
    rows = (
        select(
            own.id,
            own.status,
            own.over_capacity,
            Event.id.label("event_id"),
            Event.title,
            Event.starts_at,
            Event.ends_at,
            Event.timezone,
            AttendanceResponse.answer,
            case((own.status == EnrollmentStatus.WAITLISTED, ahead.correlate(own).scalar_subquery())).label("rank"),
            days.correlate(own).scalar_subquery().label("days"),
        )
        .join(Event, Event.id == own.event_id)
        .outerjoin(
            AttendanceResponse,
            and_(AttendanceResponse.event_id == own.event_id, AttendanceResponse.user_id == own.user_id),
        )
        .where(own.user_id == user_id, Event.organization_id == organization_id, Event.deleted_at.is_(None))
        .order_by(Event.starts_at.desc(), own.id.desc())
    )
    at = nearest_page(number, total=total, size=PAGE_SIZE)
    return Page(db.session.execute(cut(rows, at, PAGE_SIZE)).all(), total, at, PAGE_SIZE)


def class_places(user_id: int, organization_id: int) -> Sequence[Row]:
    """Their places in its classes, the latest first: `id, status, title, starts_on, ends_on, facility_name`."""
    own = ClassEnrollment
    return db.session.execute(
        select(
            own.id, own.status, ProgramClass.title, ProgramClass.starts_on, ProgramClass.ends_on,
            Facility.name.label("facility_name"),
        )
        .join(ProgramClass, ProgramClass.id == own.class_id)
        .join(Facility, Facility.id == ProgramClass.facility_id)
        .where(own.user_id == user_id, ProgramClass.organization_id == organization_id)
        .order_by(ProgramClass.starts_on.desc(), own.id.desc())
        .limit(MOST_CLASSES)
    ).all()  # fmt: skip


def facilities_of_person(user_id: int, organization_id: int) -> Sequence[Row]:
    """Its facilities that they belong to: `id, name, deactivated_at`."""
    belongs = (
        select(Facility.id, Facility.name, FacilityPerson.deactivated_at)
        .join(FacilityPerson, FacilityPerson.facility_id == Facility.id)
        .where(FacilityPerson.user_id == user_id, Facility.organization_id == organization_id)
    )
    return db.session.execute(belongs.order_by(Facility.name)).all()


@dataclass(frozen=True, slots=True)
class Note:
    """One note and who wrote it."""

    id: int
    text: str
    author_id: int
    author_name: str
    created_at: datetime
    edited_at: datetime | None


def notes_about(user_id: int, organization_id: int) -> list[Note]:
    """What this organization's staff noted about them, newest first."""
    own = PersonNote
    rows = db.session.execute(
        select(own.id, own.text, own.author_id, User.name, own.created_at, own.edited_at)
        .join(User, User.id == own.author_id)
        .where(own.user_id == user_id, own.organization_id == organization_id)
        .order_by(own.id.desc())
        .limit(MOST_NOTES)
    )
    return [value_of(Note, row) for row in rows]


def is_known(organization_id: int) -> ColumnElement[bool]:
    """Whether a user ever had a place there, or belongs to a facility of it."""
    return or_(
        exists().where(
            Enrollment.user_id == User.id, Event.id == Enrollment.event_id, Event.organization_id == organization_id
        ),
        exists().where(
            ClassEnrollment.user_id == User.id,
            ProgramClass.id == ClassEnrollment.class_id,
            ProgramClass.organization_id == organization_id,
        ),
        exists().where(
            FacilityPerson.user_id == User.id,
            Facility.id == FacilityPerson.facility_id,
            Facility.organization_id == organization_id,
        ),
    )


def _first_seen(organization_id: int) -> tuple[ColumnElement[datetime], ...]:
    event = (
        select(func.min(Enrollment.enrolled_at))
        .join(Event, Event.id == Enrollment.event_id)
        .where(Enrollment.user_id == User.id, Event.organization_id == organization_id)
    )
    program_class = (
        select(func.min(ClassEnrollment.created_at))
        .join(ProgramClass, ProgramClass.id == ClassEnrollment.class_id)
        .where(ClassEnrollment.user_id == User.id, ProgramClass.organization_id == organization_id)
    )
    facility = (
        select(func.min(FacilityPerson.added_at))
        .join(Facility, Facility.id == FacilityPerson.facility_id)
        .where(FacilityPerson.user_id == User.id, Facility.organization_id == organization_id)
    )
    return (
        event.correlate(User).scalar_subquery().label("first_event"),
        program_class.correlate(User).scalar_subquery().label("first_class"),
        facility.correlate(User).scalar_subquery().label("first_facility"),
    )


def _counts(organization_id: int) -> tuple[ColumnElement[int], ...]:
    here = (
        Enrollment.user_id == User.id,
        Event.id == Enrollment.event_id,
        Event.organization_id == organization_id,
        Event.deleted_at.is_(None),
    )
    of_each = {"events": (), "attended": (Enrollment.is_attended,), "decided": (Enrollment.is_decided,)}
    counted = select(func.count()).select_from(Enrollment).join(Event, Event.id == Enrollment.event_id)
    return tuple(
        counted.where(*here, *more).correlate(User).scalar_subquery().label(name) for name, more in of_each.items()
    )
