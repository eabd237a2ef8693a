"""One event with its policy, place and organization, as a value."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, SQLColumnExpression, false, func, select

from webapp.domain.event_days import event_days
from webapp.domain.events.closure import AttendanceRequirement, AttendanceRule
from webapp.domain.places.enrollment import EnrollmentTerms, enrollment_closes_at
from webapp.domain.places.party import ahead_of_newcomer
from webapp.extensions import db
from webapp.models import (
    Event,
    EventPicture,
    EventPolicy,
    Facility,
    FormerSlug,
    NoShowRule,
    Organization,
    OrganizationLogo,
)
from webapp.queries.row_types import value_of


# Not frozen, as other rows are: setting as many fields as these of a frozen value costs ten times as much.
@dataclass(slots=True)
class StoredEvent:
    """An event and its policy: `STORED_COLUMNS` in their order. What a lock reads; nothing sets a field of it."""

    id: int
    organization_id: int
    facility_id: int
    slug: str
    title: str
    search_text: str
    description: str
    place: str
    timezone: str
    starts_at: datetime
    ends_at: datetime | None
    effective_end_at: datetime
    closing_from: datetime | None
    status: str
    cover: str
    cancel_reason: str | None
    cancelled_at: datetime | None
    cancelled_by_id: int | None
    published_at: datetime | None
    completed_at: datetime | None
    answers_closed_at: datetime | None
    deleted_at: datetime | None
    deleted_by_id: int | None
    created_at: datetime
    request_id: str | None
    version: int
    #: Of which series it is a date.
    series_id: int | None
    method: str
    #: None is unlimited.
    capacity: int | None
    has_waitlist: bool
    attendance_requirement: str
    minimum_days: int | None
    opens_at: datetime | None
    closes_at: datetime | None
    cancellation_deadline_hours: int | None
    closing_delay_minutes: int
    online_counts: bool
    who_may: str
    #: Of an event that is not listed.
    link_token: str | None
    #: For people on its list; None: not before everybody else.
    list_opens_at: datetime | None
    asks_added: bool
    issues_certificates: bool
    has_questions: bool
    #: None: people answer until the start.
    answers_due_at: datetime | None
    offer_hours: int | None
    last_call_hours: int | None
    last_call_at: datetime | None
    last_call_told_at: datetime | None
    party_size: int
    parties_pass: bool
    has_parties: bool
    has_lanes: bool
    standby_minutes: int | None
    standby_at: datetime | None
    standby_automatic: bool
    standby_run_at: datetime | None
    seats_taken: int
    waiting_count: int
    last_waitlist_position: int
    #: Of the seats taken, those beyond the capacity, and those held by an open offer.
    seats_over: int
    seats_offered: int
    #: What the no-show policy of its organization brings; None: there is none.
    no_shows: str | None
    #: That policy lets people cancel after the deadline.
    leaves_late: bool
    _terms: EnrollmentTerms | None = field(default=None, init=False, repr=False, compare=False)
    _days: tuple[date, ...] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def terms(self) -> EnrollmentTerms:
        if self._terms is None:
            self._terms = EnrollmentTerms.of(self, self.status)
        return self._terms

    @property
    def links(self) -> tuple[str, ...]:
        """The token that leads to it, of an event that is not listed: at most one."""
        return () if self.link_token is None else (self.link_token,)

    @property
    def days(self) -> tuple[date, ...]:
        """The event's local dates, in order."""
        if self._days is None:
            self._days = event_days(self.starts_at, self.ends_at, self.timezone)
        return self._days

    @property
    def rule(self) -> AttendanceRule:
        """What counts as attended."""
        return AttendanceRule(AttendanceRequirement(self.attendance_requirement), self.minimum_days, len(self.days))

    @property
    def enrollment_closes_at(self) -> datetime:
        return enrollment_closes_at(self.terms)

    @property
    def opened_at(self) -> datetime:
        """When enrollment opened, or opens."""
        return self.opens_at or self.published_at or self.created_at

    @property
    def is_closed_from(self) -> datetime:
        """From then on it is closed, as soon as its online sessions are measured."""
        return self.closing_from or self.effective_end_at

    @property
    def unasked(self) -> int:
        """How many wait to whom no seat is offered."""
        return self.waiting_count - self.seats_offered

    def ahead_of_newcomer(self, now: datetime) -> int:
        """How many of those who wait somebody who comes now stands behind."""
        until = self.last_call_at or self.starts_at
        return ahead_of_newcomer(self.unasked, lets_pass=self.parties_pass, promotes_until=until, now=now)

    @property
    def free_seats(self) -> int | None:
        """Seats nobody has; None is unlimited."""
        return None if self.capacity is None else max(self.capacity - self.seats_taken, 0)


@dataclass(slots=True)
class EventFacts(StoredEvent):
    """Everything a page asks of one event: the columns of `event_facts` in their order."""

    organization_name: str
    organization_slug: str
    contact_email: str
    demands_terms: bool
    #: Its organization is: nobody sees its page.
    is_suspended: bool
    #: Digest of the logo.
    organization_logo: str | None
    organization_accent: str
    #: Of its picture, which has its largest file in this size; None: its pattern is shown.
    picture: str | None
    picture_alt: str | None
    picture_width: int | None
    picture_height: int | None
    facility_name: str
    facility_address: str
    facility_accessibility: str


def _of_rule(column: Any) -> ColumnElement[Any]:
    rule = select(column).where(NoShowRule.organization_id == Event.organization_id).correlate(Event)
    return rule.scalar_subquery()


#: Whether the no-show policy lets people cancel after the deadline.
LEAVES_LATE = func.coalesce(_of_rule(NoShowRule.late_counts), false()).label("leaves_late")
STORED_COLUMNS = (
    *Event.__table__.c,
    *(c for c in EventPolicy.__table__.c if c.name != "event_id"),
    _of_rule(NoShowRule.consequence).label("no_shows"),
    LEAVES_LATE,
)


def event_facts() -> Select:
    """The select behind `EventFacts`; add a condition, or columns behind these. Deleted events are nowhere."""
    return (
        select(
            *STORED_COLUMNS,
            Organization.name.label("organization_name"),
            Organization.slug.label("organization_slug"),
            Organization.contact_email.label("contact_email"),
            Organization.demands_terms.label("demands_terms"),
            Organization.suspended_at.is_not(None).label("is_suspended"),
            OrganizationLogo.digest.label("organization_logo"),
            Organization.accent.label("organization_accent"),
            EventPicture.digest.label("picture"),
            EventPicture.alt.label("picture_alt"),
            EventPicture.width.label("picture_width"),
            EventPicture.height.label("picture_height"),
            Facility.name.label("facility_name"),
            Facility.address.label("facility_address"),
            Facility.accessibility.label("facility_accessibility"),
        )
        .join(EventPolicy, EventPolicy.event_id == Event.id)
        .join(Organization, Organization.id == Event.organization_id)
        .join(Facility, Facility.id == Event.facility_id)
        .outerjoin(OrganizationLogo, OrganizationLogo.organization_id == Event.organization_id)
        .outerjoin(EventPicture, EventPicture.event_id == Event.id)
        .where(Event.deleted_at.is_(None))
    )


#: How many columns `event_facts` has; what is added to them stands behind.
FACTS_WIDTH = len(event_facts().selected_columns)


def facts_of(row: Row) -> EventFacts:
    """The event in a row of `event_facts`."""
    return value_of(EventFacts, row[:FACTS_WIDTH])


def event_by_id(event_id: int) -> EventFacts | None:
    """The event with that id in any status, or None."""
    row = db.session.execute(event_facts().where(Event.id == event_id)).one_or_none()
    return facts_of(row) if row else None


def event_by_slug(slug: str) -> EventFacts | None:
    """The event with that slug in any status, or None."""
    row = db.session.execute(event_facts().where(Event.slug == slug)).one_or_none()
    return facts_of(row) if row else None


#: What and when and in which room: what every letter begins with.
WHAT_AND_WHEN = (
    Event.title,
    Event.slug,
    Event.timezone,
    Event.starts_at,
    Event.ends_at,
    Event.effective_end_at,
    Event.place,
)


def slug_after_renaming(former: str) -> str | None:
    """Today's slug of an event which was ever public and had that one before; None: there is none."""
    return db.session.scalar(
        select(Event.slug)
        .join(FormerSlug, FormerSlug.event_id == Event.id)
        .where(FormerSlug.slug == former, Event.published_at.is_not(None), Event.deleted_at.is_(None))
    )


def columns_for_letters() -> list[SQLColumnExpression[Any]]:
    """What letters say of an event; for a select that joins its facility and its organization."""
    return [
        *WHAT_AND_WHEN,
        Facility.name.label("facility_name"),
        Facility.address,
        Organization.id.label("organization_id"),
        Organization.name.label("organization_name"),
        Organization.contact_email,
    ]


def organization_of_deleted(event_id: int) -> int | None:
    """Whose event that was, if it is a deleted one; None else."""
    return db.session.scalar(select(Event.organization_id).where(Event.id == event_id, Event.deleted_at.is_not(None)))
