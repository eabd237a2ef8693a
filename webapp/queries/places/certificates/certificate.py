"""Certificates: the one behind a code, of a class or an event; those of an event; and what became of one's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, and_, func, select

from webapp.domain.event_days import event_days
from webapp.extensions import db
from webapp.models import (
    CertificateNameChange,
    CheckIn,
    CheckInReversal,
    Enrollment,
    Event,
    EventCertificate,
    Facility,
    Organization,
    User,
)
from webapp.queries.classes.my_classes import class_certificate_by_code
from webapp.queries.page import Page, cut, nearest_page
from webapp.queries.row_types import AnySelect

#: Sheets that are printed at once.
SHEETS = 200


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says. A class has a `program_name`; an event of several days says how many were attended.

    `starts_on` and `ends_on` are local dates of `timezone`.
    """

    code: str
    user_id: int
    name: str
    title: str
    program_name: str | None
    starts_on: date
    ends_on: date
    timezone: str
    organization_id: int
    organization_name: str
    facility_id: int
    facility_name: str
    issued_at: datetime
    revoked_at: datetime | None
    days_attended: int | None = None
    days: int = 1

    @property
    def is_of_class(self) -> bool:
        return self.program_name is not None


def certificate_by_code(code: str) -> Certificate | None:
    """The certificate with that code, revoked or not; None for an unknown one. Two statements at most."""
    of_class = class_certificate_by_code(code)
    if of_class is not None:
        return Certificate(**of_class._mapping)
    row = db.session.execute(_of_events().where(EventCertificate.code == code)).one_or_none()
    return _of_event(row) if row else None


def certificates_of_event(event_id: int, page: int) -> Page[Certificate]:
    """A page of the valid ones of an event, by name. Two statements."""
    valid = and_(Enrollment.event_id == event_id, EventCertificate.revoked_at.is_(None))
    of_event = select(func.count()).select_from(EventCertificate).join(Enrollment)
    total = db.session.scalar(of_event.where(valid)) or 0
    number = nearest_page(page, total=total, size=SHEETS)
    by_name = _of_events().where(valid).order_by(User.sort_name, EventCertificate.name, Enrollment.id)
    rows = db.session.execute(cut(by_name, number, SHEETS))
    return Page([_of_event(row) for row in rows], total, number, SHEETS)


def certificate_of(enrollment_id: int) -> Row | None:
    """The certificate of an enrollment, revoked or not: `code`, `name`, `issued_at`, `revoked_at`; None without one."""
    return db.session.execute(
        select(*EventCertificate.__table__.c).where(EventCertificate.enrollment_id == enrollment_id)
    ).one_or_none()


def certificate_names(enrollment_id: int) -> Sequence[Row]:
    """How the name on a certificate was put right, newest first, with who did it (`actor`)."""
    change = CertificateNameChange
    return db.session.execute(
        select(change.name_before, change.name, change.reason, change.at, User.name.label("actor"))
        .join(User, User.id == change.actor_id)
        .where(change.enrollment_id == enrollment_id)
        .order_by(change.id.desc())
    ).all()


def _of_events() -> AnySelect:
    """Deleted events as well: what was printed stays true."""
    days = (
        select(func.count(CheckIn.local_on.distinct()))
        .outerjoin(CheckInReversal, CheckInReversal.check_in_id == CheckIn.id)
        .where(CheckIn.enrollment_id == Enrollment.id, CheckInReversal.check_in_id.is_(None))
        .correlate(Enrollment)
        .scalar_subquery()
    )
    return (
        select(
            EventCertificate.code,
            Enrollment.user_id,
            EventCertificate.name,
            EventCertificate.issued_at,
            EventCertificate.revoked_at,
            Event.title,
            Event.starts_at,
            Event.ends_at,
            Event.timezone,
            Event.organization_id,
            Organization.name.label("organization_name"),
            Event.facility_id,
            Facility.name.label("facility_name"),
            days.label("days_attended"),
        )
        .select_from(EventCertificate)
        .join(Enrollment, Enrollment.id == EventCertificate.enrollment_id)
        .join(User, User.id == Enrollment.user_id)
        .join(Event, Event.id == Enrollment.event_id)
        .join(Organization, Organization.id == Event.organization_id)
        .join(Facility, Facility.id == Event.facility_id)
    )


def _of_event(row: Row) -> Certificate:
    values = dict(row._mapping)
    days = event_days(values.pop("starts_at"), values.pop("ends_at"), row.timezone)
    attended = values.pop("days_attended")
    return Certificate(
        **values,
        program_name=None,
        starts_on=days[0],
        ends_on=days[-1],
        # Who was marked as attended later may have no check-in at all.
        days_attended=attended if len(days) > 1 and attended else None,
        days=len(days),
    )
