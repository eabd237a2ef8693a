"""Who is to be asked after an event: found in its state, never around the time of a run."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, SQLColumnExpression, and_, except_, select, union

from webapp.domain.asking.prompt import FIRST_PAUSE, LATEST_FIRST
from webapp.domain.notices.notice import Frequency
from webapp.extensions import db
from webapp.models import (
    Enrollment,
    Event,
    EventView,
    NotificationPreference,
    ScheduledAttendancePrompt,
    User,
)
from webapp.queries.asking.prompt import (
    can_answer,
    effective_frequency,
    has_answered,
    has_given_up,
    is_preference_for_event,
)
from webapp.queries.id_set import is_among

_PROMPT = ScheduledAttendancePrompt.__table__


def ended_event_ids(now: datetime) -> Sequence[int]:
    """Events that took place and ended at least an hour and at most a day ago, oldest first."""
    return db.session.scalars(select(Event.id).where(_is_to_ask(now)).order_by(Event.effective_end_at, Event.id)).all()


def people_to_ask(event_ids: Sequence[int], now: datetime, *, limit: int) -> Sequence[Row]:
    """Who of these events has no first prompt and is to have one: `(event_id, user_id, effective_end_at)`.

    Who looked at the page or was expected; not who gave up the place, wants nothing, has
    answered already, has no account that could answer or was only brought along by somebody.
    One statement, however many events.
    """

    def theirs(column: SQLColumnExpression[int]) -> ColumnElement[bool]:
        return is_among(db.session(), column, event_ids)

    expected = union(
        select(EventView.event_id, EventView.user_id).where(theirs(EventView.event_id)),
        select(Enrollment.event_id, Enrollment.user_id).where(theirs(Enrollment.event_id), Enrollment.holds_place),
    ).subquery("expected")
    # Taken off as a set, not looked up one by one.
    already = select(_PROMPT.c.event_id, _PROMPT.c.user_id).where(theirs(_PROMPT.c.event_id), _PROMPT.c.number == 1)
    asked = except_(select(expected.c.event_id, expected.c.user_id), already).subquery("asked")
    return db.session.execute(
        select(asked.c.event_id, asked.c.user_id, Event.effective_end_at)
        .join(User, User.id == asked.c.user_id)
        .join(Event, Event.id == asked.c.event_id)
        .outerjoin(NotificationPreference, is_preference_for_event())
        .where(_is_to_ask(now))
        .where(can_answer(), User.guest_name.is_(None), effective_frequency() != Frequency.NONE)
        .where(~has_answered(Event.id, User.id), ~has_given_up(Event.id, User.id))
        .limit(limit)
    ).all()


def _is_to_ask(now: datetime) -> ColumnElement[bool]:
    return and_(
        Event.takes_place,
        Event.deleted_at.is_(None),
        Event.effective_end_at.between(now - LATEST_FIRST, now - FIRST_PAUSE),
    )
