"""Who is to be reminded of what: found in the state of events, places and reminders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import ColumnElement, Row, Select, String, and_, cast, exists, literal, select
from sqlalchemy.orm import Session, aliased

from webapp.adapters.signed_link import LinkPurpose, read
from webapp.domain.event_life import EventStatus
from webapp.domain.notices.notice import Frequency, NotificationType
from webapp.domain.notices.reminder import FIRST_REMINDER, reminder_key, reminder_window
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.models import (
    Enrollment,
    Event,
    EventPolicy,
    Facility,
    Notification,
    Organization,
    User,
)
from webapp.queries.asking.prompt import effective_frequency
from webapp.queries.events.event import LEAVES_LATE, WHAT_AND_WHEN
from webapp.queries.mail_address import can_be_written_to
from webapp.queries.notices.company import is_asked_themselves
from webapp.queries.notices.outbox import letter_columns, with_all_a_letter_names


@dataclass(frozen=True, slots=True)
class ComingEvent:
    """An event that starts soon, and what its reminders are called."""

    id: int
    starts_at: datetime
    key: str


def coming_events(now: datetime) -> list[ComingEvent]:
    """Published events that start within the window of reminders, soonest first."""
    rows = db.session.execute(
        select(Event.id, Event.starts_at, Event.timezone).where(_starts_soon(now)).order_by(Event.starts_at, Event.id)
    )
    return [ComingEvent(row.id, row.starts_at, reminder_key(row.id, row.starts_at, row.timezone)) for row in rows]


def has_people_to_remind(event: ComingEvent, now: datetime) -> bool:
    """Whether somebody with a place was not reminded of that day yet."""
    return db.session.execute(_people(event, now).with_only_columns(Enrollment.id).limit(1)).first() is not None


def people_to_remind(session: Session, event: ComingEvent, now: datetime, *, limit: int) -> Sequence[Row]:
    """Those who have a place and no reminder of that day, with all a letter needs; none where the event moved."""
    return session.execute(_people(event, now).order_by(Enrollment.id).limit(limit)).all()


@dataclass(frozen=True, slots=True)
class Reminded:
    """What a reminder is about, and how the place stands by now: the columns in their order."""

    notification_id: int
    said_coming_at: datetime | None
    enrollment_id: int
    status: S
    leaves_freely: bool
    user_id: int
    name: str
    title: str
    slug: str
    timezone: str
    starts_at: datetime
    ends_at: datetime | None
    effective_end_at: datetime
    place: str
    event_status: str
    facility_name: str
    organization_name: str
    contact_email: str
    cancellation_deadline_hours: int | None
    leaves_late: bool


def reminded_by(token: str, now: datetime) -> Reminded:
    """What that link is about. Raises `link_invalid`, `link_expired`, `not_found` (event or account are gone)."""
    claims = read(current_app.extensions["settings"].secret_keys, LinkPurpose.ATTEND, token, now)
    return reminded_in(int(claims["notification"]), int(claims["person"]))


def reminded_in(notification_id: int, user_id: int) -> Reminded:
    """What that reminder is about, if it is the person's own. Raises `not_found`."""
    latest = aliased(Enrollment)
    row = db.session.execute(
        select(
            Notification.id.label("notification_id"),
            Notification.responded_at.label("said_coming_at"),
            Enrollment.id.label("enrollment_id"),
            Enrollment.status,
            Enrollment.leaves_freely,
            User.id.label("user_id"),
            User.name,
            *WHAT_AND_WHEN,
            Event.status.label("event_status"),
            Facility.name.label("facility_name"),
            Organization.name.label("organization_name"),
            Organization.contact_email,
            EventPolicy.cancellation_deadline_hours,
            LEAVES_LATE,
        )
        .join(User, User.id == Notification.user_id)
        .join(Event, Event.id == Notification.event_id)
        .join(EventPolicy, EventPolicy.event_id == Event.id)
        .join(Facility, Facility.id == Event.facility_id)
        .join(Organization, Organization.id == Event.organization_id)
        .join(Enrollment, and_(Enrollment.event_id == Event.id, Enrollment.user_id == User.id))
        .where(Notification.id == notification_id, Notification.user_id == user_id)
        .where(Notification.type == NotificationType.REMINDER, Event.deleted_at.is_(None))
        .where(User.disabled_at.is_(None), User.anonymized_at.is_(None))
        # Who gave up and joined again stands where they stand now.
        .where(
            ~exists().where(
                latest.event_id == Enrollment.event_id,
                latest.user_id == Enrollment.user_id,
                latest.id > Enrollment.id,
            )
        )
    ).one_or_none()
    if row is None:
        raise Refused("not_found")
    return Reminded(**row._asdict() | {"status": S(row.status)})


def says_coming() -> ColumnElement[bool]:
    """Whether the person of the joined `Enrollment` answered a reminder of it with "I'm coming"."""
    return exists().where(
        Notification.user_id == Enrollment.user_id,
        Notification.enrollment_id == Enrollment.id,
        Notification.type == NotificationType.REMINDER,
        Notification.responded_at.is_not(None),
    )


def _starts_soon(now: datetime) -> ColumnElement[bool]:
    window = reminder_window(now)
    return and_(
        Event.status == EventStatus.PUBLISHED,
        Event.deleted_at.is_(None),
        Event.starts_at > window.after,
        Event.starts_at <= window.until,
    )


def _people(event: ComingEvent, now: datetime) -> Select:
    key = literal(event.key) + cast(User.id, String)
    return (
        with_all_a_letter_names(select(*letter_columns(), key.label("reminder_key")).select_from(Enrollment))
        .where(Enrollment.event_id == event.id, Enrollment.is_confirmed)
        .where(Enrollment.confirmed_at < event.starts_at - FIRST_REMINDER)
        .where(_starts_soon(now), Event.starts_at == event.starts_at)
        .where(can_be_written_to(), is_asked_themselves(), effective_frequency() != Frequency.NONE)
        .where(~exists().where(Notification.dedupe_key == key))
    )
