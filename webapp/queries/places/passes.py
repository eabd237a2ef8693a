"""A person's pass: the place behind a code, as a picture and as a calendar file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from webapp.adapters.calendar import CalendarEntry, calendar_file, calendar_sequence, calendar_uid
from webapp.adapters.calendar_feed import calendar_feed
from webapp.adapters.qr import QrPicture, qr_picture_of_many
from webapp.domain.event_life import EventStatus
from webapp.domain.places.enrollment import CLOSABLE
from webapp.domain.places.pass_code import LENGTH
from webapp.extensions import db
from webapp.models import Enrollment, EnrollmentTransition, Event
from webapp.queries.events.event import event_facts
from webapp.queries.ledger import is_last_move
from webapp.queries.places.standing import EventStanding, enrollment_columns, standing_of
from webapp.queries.prose import prose_excerpt

#: Of the description, in a calendar.
_ABOUT_LIMIT = 500


@dataclass(frozen=True, slots=True)
class CodeHolder:
    """Whose code it is, and where it is valid."""

    user_id: int
    event_id: int
    organization_id: int
    facility_id: int


def pass_of(code: str, user_id: int) -> EventStanding | None:
    """The place behind that code if it is this person's; None else."""
    row = db.session.execute(
        event_facts()
        .join(Enrollment, Enrollment.event_id == Event.id)
        .outerjoin(EnrollmentTransition, is_last_move())
        .add_columns(*enrollment_columns())
        .where(Enrollment.pass_code == code, Enrollment.user_id == user_id)
    ).one_or_none()
    return None if row is None else standing_of(row)


def holder_of_code(code: str) -> CodeHolder | None:
    """Who has that code, or None."""
    row = db.session.execute(
        select(Enrollment.user_id, Enrollment.event_id, Event.organization_id, Event.facility_id)
        .join(Event, Event.id == Enrollment.event_id)
        .where(Enrollment.pass_code == code, Event.deleted_at.is_(None))
    ).one_or_none()
    return CodeHolder(*row) if row else None


def pass_picture(link: str) -> QrPicture:
    """The QR code of a pass, which holds its address; that ends with the pass code."""
    return qr_picture_of_many(link[:-LENGTH], link[-LENGTH:])


def calendar_of(place: EventStanding, *, link: str, host: str, now: datetime) -> bytes | None:
    """The calendar file of a place somebody has; None while there is no place to keep free for."""
    entry = _entry_of(place, link=link, host=host, now=now)
    return None if entry is None else calendar_file(entry)


def calendar_of_places(name: str, places: Mapping[str, EventStanding], *, host: str, now: datetime) -> bytes:
    """The places somebody has, by the link to their event, in one calendar of that name."""
    entries = [_entry_of(place, link=link, host=host, now=now) for link, place in places.items()]
    return calendar_feed(name, [entry for entry in entries if entry is not None])


def _entry_of(place: EventStanding, *, link: str, host: str, now: datetime) -> CalendarEntry | None:
    event, own = place.event, place.own
    if own is None or own.status not in CLOSABLE or event.status == EventStatus.CANCELLED:
        return None
    sequence = calendar_sequence(event.version, own.version)
    uid = calendar_uid(own.pass_code, host)
    return calendar_entry(event, event.facility_address, uid=uid, sequence=sequence, link=link, now=now)


def calendar_entry(
    event: Any, address: str, *, uid: str, sequence: int, link: str, now: datetime, **invitation: Any
) -> CalendarEntry:
    """An event in a calendar, given with its own columns and those of who holds it, where."""
    about = prose_excerpt(event.description, _ABOUT_LIMIT)
    return CalendarEntry(
        uid=uid,
        title=event.title,
        description="\n".join(part for part in (event.organization_name, about, link) if part),
        location=", ".join(part for part in (event.place, event.facility_name, address) if part),
        url=link,
        starts_at=event.starts_at,
        ends_at=event.effective_end_at,
        timezone=event.timezone,
        sequence=sequence,
        written_at=now,
        **invitation,
    )
