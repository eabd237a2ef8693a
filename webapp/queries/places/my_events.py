"""A person's own events: what is next, and what was. Two statements."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_

from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.extensions import db
from webapp.models import Enrollment, EnrollmentTransition, Event
from webapp.models.event import EventStatus
from webapp.queries.events.event import EventFacts, event_facts
from webapp.queries.online.meeting_session import open_session_id
from webapp.queries.places.standing import (
    EventStanding,
    enrollment_columns,
    is_last_move,
    is_latest_of,
    own_enrollment,
)

PAGE_SIZE = 25
#: Nobody has more before them; the rest would be read by nobody.
MOST_AHEAD = 200


@dataclass(frozen=True, slots=True)
class MyEvents:
    """`past` is one page of it, latest first; `has_more` tells of another page."""

    next: tuple[EventStanding, ...]
    waitlisted: tuple[EventStanding, ...]
    pending: tuple[EventStanding, ...]
    past: tuple[EventStanding, ...]
    page: int
    has_more: bool

    @property
    def is_empty(self) -> bool:
        return not (self.next or self.waitlisted or self.pending or self.past or self.page > 1)


def my_events(user_id: int, *, page: int, now: datetime) -> MyEvents:
    """The person's latest enrollment in each event, by what it is to them now."""
    is_ahead = and_(
        Event.status == EventStatus.PUBLISHED,
        Event.effective_end_at > now,
        Enrollment.status.in_([S.CONFIRMED, S.CHECKED_IN, S.WAITLISTED, S.PENDING]),
    )
    theirs = (
        event_facts()
        .join(Enrollment, is_latest_of(user_id))
        .outerjoin(EnrollmentTransition, is_last_move())
        .add_columns(*enrollment_columns(), open_session_id(now).label("open_session_id"))
        .where(Enrollment.user_id == user_id)
    )
    ahead = _read(theirs.where(is_ahead).order_by(Event.starts_at, Event.id).limit(MOST_AHEAD))
    past = _read(
        theirs.where(~is_ahead)
        .order_by(Event.starts_at.desc(), Event.id.desc())
        .limit(PAGE_SIZE + 1)
        .offset((page - 1) * PAGE_SIZE)
    )
    return MyEvents(
        next=_with_status(ahead, S.CONFIRMED, S.CHECKED_IN),
        waitlisted=_with_status(ahead, S.WAITLISTED),
        pending=_with_status(ahead, S.PENDING),
        past=past[:PAGE_SIZE],
        page=page,
        has_more=len(past) > PAGE_SIZE,
    )


def event_of_enrollment(enrollment_id: int, user_id: int) -> EventFacts | None:
    """The event of that enrollment if it is this person's; None else."""
    row = db.session.execute(
        event_facts()
        .join(Enrollment, Enrollment.event_id == Event.id)
        .where(Enrollment.id == enrollment_id, Enrollment.user_id == user_id)
    ).one_or_none()
    return EventFacts(row) if row else None


def _read(query: Select) -> tuple[EventStanding, ...]:
    return tuple(EventStanding(EventFacts(row), own_enrollment(row)) for row in db.session.execute(query))


def _with_status(places: tuple[EventStanding, ...], *statuses: S) -> tuple[EventStanding, ...]:
    return tuple(place for place in places if place.own and place.own.status in statuses)
