"""A person's own places as a calendar that programs fetch: events, and the sessions of their classes.

Why it is so: docs/decisions/117-calendars-that-are-fetched.md.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select

from webapp.adapters.calendar import CalendarEntry, calendar_sequence
from webapp.adapters.calendar_feed import calendar_feed
from webapp.adapters.tokens import token_hash
from webapp.domain.classes.class_enrollment import SEATED
from webapp.domain.classes.program_class import SessionStatus
from webapp.domain.places.enrollment import PLACE_HELD
from webapp.extensions import db
from webapp.models import (
    CalendarFeed,
    ClassEnrollment,
    ClassSession,
    Facility,
    Organization,
    Program,
    ProgramClass,
    Room,
    User,
)
from webapp.queries.classes.surroundings import NAMES
from webapp.queries.places.my_events import my_events
from webapp.queries.places.passes import calendar_entry

#: What is over stays so long, so that a calendar does not lose yesterday.
_KEPT = timedelta(days=30)
_MOST_SESSIONS = 500


def feed_since(user_id: int) -> datetime | None:
    """When the person's address was made; None: there is none."""
    return db.session.scalar(select(CalendarFeed.created_at).where(CalendarFeed.user_id == user_id))


def person_of_feed(token: str) -> int | None:
    """Whose calendar that secret opens; None for an unknown one, and where the account is closed."""
    return db.session.scalar(
        select(CalendarFeed.user_id)
        .join(User, User.id == CalendarFeed.user_id)
        .where(CalendarFeed.token_hash == token_hash(token), User.disabled_at.is_(None), User.anonymized_at.is_(None))
    )


@dataclass(frozen=True, slots=True)
class FeedLinks:
    """Where entries lead: an event by its slug, a class by the person's enrollment. `host` ends every entry's name."""

    event: Callable[[str], str]
    own_class: Callable[[int], str]
    host: str


def personal_feed(user_id: int, *, name: str, links: FeedLinks, now: datetime) -> bytes:
    """The calendar file: places that the person has or had lately. It tells nobody's pass."""
    entries = [*_events(user_id, links, now), *_sessions(user_id, links, now)]
    return calendar_feed(name, sorted(entries, key=lambda entry: (entry.starts_at, entry.uid)))


def _events(user_id: int, links: FeedLinks, now: datetime) -> Iterator[CalendarEntry]:
    mine = my_events(user_id, page=1, now=now)
    for place in (*mine.next, *mine.over(now)):
        if place.own is not None and place.own.status in PLACE_HELD:
            yield calendar_entry(
                place.event,
                place.event.facility_address,
                uid=f"place-{place.own.id}@{links.host}",
                sequence=calendar_sequence(place.event.version, place.own.version),
                link=links.event(place.event.slug),
                now=place.own.enrolled_at,
            )


def _sessions(user_id: int, links: FeedLinks, now: datetime) -> Iterator[CalendarEntry]:
    for row in db.session.execute(_class_sessions(user_id, now)):
        link = links.own_class(row.enrollment_id)
        yield CalendarEntry(
            uid=f"session-{row.id}-{row.enrollment_id}@{links.host}",
            title=row.title,
            description=f"{row.organization_name}\n{link}",
            location=", ".join(part for part in (row.room, row.facility_name, row.address) if part),
            url=link,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            timezone=row.timezone,
            sequence=row.version,
            written_at=row.created_at,
        )


def _class_sessions(user_id: int, now: datetime) -> Select:
    """Sessions to come, and of the last month, of classes in which the person has a place."""
    return (
        select(
            ClassSession.id,
            ClassSession.starts_at,
            ClassSession.ends_at,
            ClassSession.version,
            ClassEnrollment.id.label("enrollment_id"),
            ClassEnrollment.created_at,
            ProgramClass.title,
            Room.name.label("room"),
            Facility.address,
            *NAMES,
        )
        .select_from(ClassEnrollment)
        .join(ProgramClass, ProgramClass.id == ClassEnrollment.class_id)
        .join(ClassSession, ClassSession.class_id == ProgramClass.id)
        .outerjoin(Room, Room.id == ClassSession.room_id)
        .join(Facility, Facility.id == ProgramClass.facility_id)
        .join(Program, Program.id == ProgramClass.program_id)
        .join(Organization, Organization.id == ProgramClass.organization_id)
        .where(
            ClassEnrollment.user_id == user_id,
            ClassEnrollment.status.in_(SEATED),
            ClassSession.status == SessionStatus.SCHEDULED,
            ClassSession.ends_at > now - _KEPT,
            ~ProgramClass.stands_still | (ClassSession.ends_at <= now),
        )
        .order_by(ClassSession.starts_at, ClassSession.id)
        .limit(_MOST_SESSIONS)
    )
