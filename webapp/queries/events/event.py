"""One event with its policy, place and organization, as a value."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import Row, Select, select

from webapp.domain.event_days import event_days
from webapp.domain.events.closure import AttendanceRequirement, AttendanceRule
from webapp.domain.places.enrollment import EnrollmentMethod, EnrollmentTerms, enrollment_closes_at
from webapp.extensions import db
from webapp.models import Event, EventPolicy, Facility, Organization, OrganizationLogo

_POLICY = [c for c in EventPolicy.__table__.c if c.name != "event_id"]


@dataclass(frozen=True)
class EventFacts:
    """Everything a page or a rule asks of one event; reads like a row (`facts.title`)."""

    row: Row

    def __getattr__(self, name: str):
        return getattr(self.row, name)

    @cached_property
    def terms(self) -> EnrollmentTerms:
        return EnrollmentTerms(
            event_status=self.row.status,
            method=EnrollmentMethod(self.row.method),
            has_waitlist=self.row.has_waitlist,
            opens_at=self.row.opens_at,
            closes_at=self.row.closes_at,
            starts_at=self.row.starts_at,
            effective_end_at=self.row.effective_end_at,
        )

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The event's local dates, in order."""
        return event_days(self.row.starts_at, self.row.ends_at, self.row.timezone)

    @cached_property
    def rule(self) -> AttendanceRule:
        """What counts as attended."""
        return AttendanceRule(
            AttendanceRequirement(self.row.attendance_requirement),
            self.row.minimum_days,
            len(self.days),
        )

    @property
    def enrollment_closes_at(self) -> datetime:
        return enrollment_closes_at(self.terms)

    @property
    def free_seats(self) -> int | None:
        """Seats nobody has; None is unlimited."""
        return None if self.row.capacity is None else max(self.row.capacity - self.row.seats_taken, 0)


def event_facts() -> Select:
    """The select behind `EventFacts`; add a condition and wrap each row. Deleted events are nowhere."""
    return (
        select(
            *Event.__table__.c,
            *_POLICY,
            Organization.name.label("organization_name"),
            Organization.slug.label("organization_slug"),
            Organization.contact_email.label("contact_email"),
            OrganizationLogo.digest.label("organization_logo"),
            Facility.name.label("facility_name"),
            Facility.address.label("facility_address"),
        )
        .join(EventPolicy, EventPolicy.event_id == Event.id)
        .join(Organization, Organization.id == Event.organization_id)
        .join(Facility, Facility.id == Event.facility_id)
        .outerjoin(OrganizationLogo, OrganizationLogo.organization_id == Event.organization_id)
        .where(Event.deleted_at.is_(None))
    )


def event_by_id(event_id: int) -> EventFacts | None:
    """The event with that id in any status, or None."""
    row = db.session.execute(event_facts().where(Event.id == event_id)).one_or_none()
    return EventFacts(row) if row else None


def event_by_slug(slug: str) -> EventFacts | None:
    """The event with that slug in any status, or None."""
    row = db.session.execute(event_facts().where(Event.slug == slug)).one_or_none()
    return EventFacts(row) if row else None


def organization_of_deleted(event_id: int) -> int | None:
    """Whose event that was, if it is a deleted one; None else."""
    return db.session.scalar(select(Event.organization_id).where(Event.id == event_id, Event.deleted_at.is_not(None)))
