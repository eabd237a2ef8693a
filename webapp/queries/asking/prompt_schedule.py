"""Who is to be asked after an event: found in its state, never around the time of a run."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, except_, literal, select, union

from webapp.domain.notice import Frequency
from webapp.domain.prompt import EXPECTED, FIRST_PAUSE, LATEST_FIRST
from webapp.extensions import db
from webapp.models import (
    Enrollment,
    Event,
    EventView,
    NotificationPreference,
    ScheduledAttendancePrompt,
    User,
)
from webapp.models.columns import UtcDateTime
from webapp.queries.asking.prompt import (
    can_answer,
    effective_frequency,
    has_answered,
    has_given_up,
    is_preference_for_event,
)

_PROMPT = ScheduledAttendancePrompt.__table__
_HELD = ("published", "completed")


@dataclass(frozen=True, slots=True)
class EndedEvent:
    """An event whose people may have to be asked."""

    id: int
    effective_end_at: datetime


def ended_events(now: datetime) -> list[EndedEvent]:
    """Events that took place and ended at least an hour and at most a day ago, oldest first."""
    rows = db.session.execute(
        select(Event.id, Event.effective_end_at).where(_is_to_ask(now)).order_by(Event.effective_end_at, Event.id)
    )
    return [EndedEvent(row.id, row.effective_end_at) for row in rows]


def has_people_to_ask(event: EndedEvent, now: datetime) -> bool:
    """Whether somebody of that event has no first prompt yet."""
    people = people_to_ask(event, due_at=now, now=now).limit(1)
    return db.session.execute(people).first() is not None


def people_to_ask(event: EndedEvent, *, due_at: datetime, now: datetime) -> Select:
    """Rows of first prompts for those who have none, as the columns of an INSERT.

    Who looked at the page or was expected; not who gave up the place, wants nothing, has
    answered already or has no account that could answer. No row where the event moved since.
    """
    expected = union(
        select(EventView.user_id).where(EventView.event_id == event.id),
        select(Enrollment.user_id).where(Enrollment.event_id == event.id, Enrollment.status.in_(sorted(EXPECTED))),
    ).subquery("expected")
    # Taken off as a set: looked up one by one, the table that is being filled would be read again for each.
    already = select(_PROMPT.c.user_id).where(_PROMPT.c.event_id == event.id, _PROMPT.c.number == 1)
    asked = except_(select(expected.c.user_id), already).subquery("asked")
    return (
        select(
            Event.id,
            User.id,
            literal(1).label("number"),
            literal(due_at, UtcDateTime()).label("due_at"),
            literal(now, UtcDateTime()).label("created_at"),
        )
        .select_from(asked)
        .join(User, User.id == asked.c.user_id)
        .join(Event, Event.id == event.id)
        .outerjoin(NotificationPreference, is_preference_for_event())
        .where(_is_to_ask(now), Event.effective_end_at == event.effective_end_at)
        .where(can_answer(), effective_frequency() != Frequency.NONE)
        .where(~has_answered(Event.id, User.id), ~has_given_up(Event.id, User.id))
    )


def _is_to_ask(now: datetime) -> ColumnElement[bool]:
    return and_(
        Event.status.in_(_HELD),
        Event.deleted_at.is_(None),
        Event.effective_end_at.between(now - LATEST_FIRST, now - FIRST_PAUSE),
    )
