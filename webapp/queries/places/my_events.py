"""A person's own events: what is next, and what was. Two statements."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, select

from webapp.domain.event_life import EventStatus
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
    whose = reader_at(user_id, now)
    ahead = _read(_ahead(), whose | page_of(1, MOST_AHEAD))
    past = _read(_past(), whose | page_of(page, PAGE_SIZE, more=1))
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
    return facts_of(row) if row else None


_IS_AHEAD = and_(
    Event.status == EventStatus.PUBLISHED,
    Event.effective_end_at > NOW,
    Enrollment.status.in_([S.CONFIRMED, S.CHECKED_IN, S.WAITLISTED, S.PENDING]),
)


@cache
def _ahead() -> Select:
    return built_once(_shown(_IS_AHEAD, Event.starts_at, Event.id))


@cache
def _past() -> Select:
    return built_once(_shown(~_IS_AHEAD, Event.starts_at.desc(), Event.id.desc()))


def _shown(which: ColumnElement[bool], *order: SQLColumnExpression[Any]) -> Select:
    """A page of the reader's events: found by their places alone, and then read with all that is shown."""
    chosen = (
        select(Enrollment.id)
        .join(Event, Event.id == Enrollment.event_id)
        .where(Enrollment.user_id == READER, Event.deleted_at.is_(None), which, is_latest())
        .order_by(*order)
        .limit(LIMIT)
        .offset(OFFSET)
        .subquery("chosen")
    )
    return (
        event_facts()
        .join(Enrollment, Enrollment.event_id == Event.id)
        .join(chosen, chosen.c.id == Enrollment.id)
        .outerjoin(EnrollmentTransition, is_last_move())
        .add_columns(*enrollment_columns(), open_session_id().label("open_session_id"))
        .order_by(*order)
    )


def _read(query: Select, asked: dict[str, Any]) -> tuple[EventStanding, ...]:
    rows = db.session.connection().execute(query, asked)
    return tuple(EventStanding(facts_of(row), own_enrollment(row), open_session_id=row.open_session_id) for row in rows)


def _with_status(places: tuple[EventStanding, ...], *statuses: S) -> tuple[EventStanding, ...]:
    return tuple(place for place in places if place.own and place.own.status in statuses)
