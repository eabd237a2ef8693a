"""A person's own events: what is next, and what was. One statement."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Row, Select, and_, literal, select, union_all

from webapp.domain.event_life import EventStatus
from webapp.domain.places.enrollment import CLOSABLE
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.extensions import db
from webapp.models import Enrollment, EnrollmentTransition, Event
from webapp.queries.events.event import EventFacts, event_facts, facts_of
from webapp.queries.ledger import is_last_move
from webapp.queries.online.meeting_session import open_session_id
from webapp.queries.parameters import LIMIT, NOW, OFFSET, READER, built_once, page_of, reader_at
from webapp.queries.places.standing import (
    EventStanding,
    enrollment_columns,
    is_latest,
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

    def not_going(self, now: datetime) -> tuple[EventStanding, ...]:
        """Of that page, what is not over: places that were given up or taken away, and events called off."""
        return tuple(place for place in self.past if place.event.effective_end_at > now)

    def over(self, now: datetime) -> tuple[EventStanding, ...]:
        """Of that page, what really was."""
        return tuple(place for place in self.past if place.event.effective_end_at <= now)

    @property
    def is_empty(self) -> bool:
        return not (self.next or self.waitlisted or self.pending or self.past or self.page > 1)


def my_events(user_id: int, *, page: int, now: datetime) -> MyEvents:
    """The person's latest enrollment in each event, by what it is to them now."""
    asked = reader_at(user_id, now) | page_of(page, PAGE_SIZE, more=1)
    rows = db.session.connection().execute(_both(), asked).all()
    ahead = _in_order([row for row in rows if row.is_ahead])
    past = _in_order([row for row in rows if not row.is_ahead])[::-1]
    return MyEvents(
        next=_with_status(ahead, *CLOSABLE),
        waitlisted=_with_status(ahead, S.WAITLISTED, S.RELEASED),
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
    return facts_of(row) if row else None


_IS_AHEAD = and_(
    Event.status == EventStatus.PUBLISHED,
    Event.effective_end_at > NOW,
    Enrollment.is_ongoing,
)


@cache
def _both() -> Select:
    """What is ahead, and a page of the rest: found by the places alone, and then read with all that is shown."""
    ahead = _places(_IS_AHEAD, 1).order_by(Event.starts_at, Event.id).limit(MOST_AHEAD).subquery()
    past = _places(~_IS_AHEAD, 0).order_by(Event.starts_at.desc(), Event.id.desc())
    page = past.limit(LIMIT).offset(OFFSET).subquery()
    chosen = union_all(select(ahead), select(page)).subquery("chosen")
    return built_once(
        event_facts()
        .join(Enrollment, Enrollment.event_id == Event.id)
        .join(chosen, chosen.c.id == Enrollment.id)
        .outerjoin(EnrollmentTransition, is_last_move())
        .add_columns(*enrollment_columns(), open_session_id().label("open_session_id"), chosen.c.is_ahead)
    )


def _places(which: ColumnElement[bool], is_ahead: int) -> Select:
    return (
        select(Enrollment.id, literal(is_ahead).label("is_ahead"))
        .join(Event, Event.id == Enrollment.event_id)
        .where(Enrollment.user_id == READER, Event.deleted_at.is_(None), which, is_latest())
    )


def _in_order(rows: list[Row]) -> tuple[EventStanding, ...]:
    """The places, whose event begins first before others."""
    places = [EventStanding(facts_of(row), own_enrollment(row), open_session_id=row.open_session_id) for row in rows]
    return tuple(sorted(places, key=lambda place: (place.event.starts_at, place.event.id)))


def _with_status(places: tuple[EventStanding, ...], *statuses: S) -> tuple[EventStanding, ...]:
    return tuple(place for place in places if place.own and place.own.status in statuses)
