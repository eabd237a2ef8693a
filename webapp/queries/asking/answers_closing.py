"""Whose answers can no longer come, and who stayed silent."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, literal, select

from webapp.domain.asking.attendance_response import Answer
from webapp.domain.asking.prompt import ANSWER_WINDOW
from webapp.extensions import db
from webapp.models import AttendanceResponse, Event, ScheduledAttendancePrompt
from webapp.models.columns import UtcDateTime

_PROMPT = ScheduledAttendancePrompt.__table__


def is_answerable_no_more(now: datetime) -> ColumnElement[bool]:
    """Whether the time for answers about an event is over and that was not recorded yet."""
    return and_(Event.answers_closed_at.is_(None), Event.effective_end_at < now - ANSWER_WINDOW)


def has_prompts() -> ColumnElement[bool]:
    """Whether anybody was, or was to be, asked about an event."""
    return exists().where(_PROMPT.c.event_id == Event.id)


def events_to_close(now: datetime) -> Sequence[int]:
    """Events whose answers are to be closed, oldest first."""
    return db.session.scalars(
        select(Event.id).where(is_answerable_no_more(now)).order_by(Event.effective_end_at, Event.id)
    ).all()


def silent_people(event_id: int, *, now: datetime) -> Select:
    """Rows of `unknown` answers for those who were asked and have none, as the columns of an INSERT."""
    said = exists().where(AttendanceResponse.event_id == event_id, AttendanceResponse.user_id == _PROMPT.c.user_id)
    at = literal(now, UtcDateTime())
    return (
        select(
            _PROMPT.c.event_id,
            _PROMPT.c.user_id,
            literal(Answer.UNKNOWN.value).label("answer"),
            at.label("changed_at"),
            at.label("created_at"),
        )
        .join(Event, Event.id == _PROMPT.c.event_id)
        .where(_PROMPT.c.event_id == event_id, _PROMPT.c.number == 1, _PROMPT.c.sent_at.is_not(None), ~said)
        # Nobody can have been at an event that was called off.
        .where(is_answerable_no_more(now), Event.takes_place, Event.deleted_at.is_(None))
    )
