"""What is missing to know who was in online sessions: rooms that told nothing, and what could still change a result."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, exists, func, literal, or_, select, true, union_all
from sqlalchemy.orm import Session

from webapp.domain.events.closure import Doubt
from webapp.domain.online.presence import CAME
from webapp.models import (
    Enrollment,
    JoinToken,
    MeetingAttendance,
    MeetingRoom,
    MeetingSession,
    SessionReport,
    WebhookDelivery,
)
from webapp.queries.id_set import is_among

_SESSION, _RECORD = MeetingSession, MeetingAttendance


def last_told_of(session: Session, ids: Sequence[int]) -> dict[int, datetime | None]:
    """Sessions for which tokens were issued: when the video server last told of the room, before their end."""
    told = func.max(func.coalesce(WebhookDelivery.sent_at, WebhookDelivery.received_at))
    last = (
        select(told)
        .where(
            WebhookDelivery.room_name == _SESSION.room_name,
            func.coalesce(WebhookDelivery.sent_at, WebhookDelivery.received_at) < _SESSION.ends_at,
        )
        .correlate(_SESSION)
        .scalar_subquery()
    )
    rows = session.execute(
        select(_SESSION.id, last.label("at")).where(is_among(session, _SESSION.id, ids), _was_let_in())
    )
    return {row.id: row.at for row in rows}


def _was_let_in() -> ColumnElement[bool]:
    return exists().where(JoinToken.session_id == _SESSION.id).correlate(_SESSION)


def is_unmarked() -> ColumnElement[bool]:
    """A measured person with a place about whom staff said nothing."""
    is_marked = exists().where(
        SessionReport.session_id == _RECORD.session_id,
        SessionReport.user_id == _RECORD.user_id,
        SessionReport.marked_status.is_not(None),
    )
    return and_(_RECORD.is_enrolled, ~is_marked)


def may_have_come() -> ColumnElement[bool]:
    """Whether what is missing could make present of a measured person who is not."""
    came = sorted(CAME)
    is_here = and_(_RECORD.status.is_not(None), _RECORD.status.in_(came))
    return and_(_RECORD.possible_status.in_(came), ~is_here)


def holds_up_closure() -> ColumnElement[bool]:
    """Somebody of the session around it may have come, nobody said so, and no check-in speaks for them."""
    person = Enrollment
    return exists().where(
        _RECORD.session_id == _SESSION.id,
        is_unmarked(),
        may_have_come(),
        person.event_id == _SESSION.event_id,
        person.user_id == _RECORD.user_id,
        person.is_confirmed,
    )


def is_unmeasured() -> ColumnElement[bool]:
    """A session of which something is known that was never calculated."""
    told = exists().where(MeetingRoom.name == _SESSION.room_name, MeetingRoom.deliveries > 0).correlate(_SESSION)
    return and_(_SESSION.calculated_at.is_(None), or_(told, _was_let_in()))


def open_questions(session: Session, event_id: int, enrollment_ids: Sequence[int] | None) -> Sequence[Row]:
    """`(enrollment_id, starts_at, doubt)`: sessions in which those people (None: all) may have been."""
    person = Enrollment
    chosen = true() if enrollment_ids is None else is_among(session, person.id, enrollment_ids)
    of_event = (_SESSION.event_id == event_id, _SESSION.cancelled_at.is_(None), chosen)
    doubt = func.coalesce(_SESSION.doubt, Doubt.UNMEASURED.value)
    measured = (
        select(person.id.label("enrollment_id"), _SESSION.starts_at, doubt.label("doubt"))
        .join(_SESSION, _SESSION.event_id == person.event_id)
        .join(_RECORD, and_(_RECORD.session_id == _SESSION.id, _RECORD.user_id == person.user_id))
        .where(*of_event, _SESSION.calculated_at.is_not(None), is_unmarked(), may_have_come())
    )
    report = exists().where(
        SessionReport.session_id == _SESSION.id,
        SessionReport.user_id == person.user_id,
        SessionReport.marked_status.is_not(None),
    )
    unmeasured = (
        select(person.id, _SESSION.starts_at, literal(Doubt.UNMEASURED.value))
        .join(_SESSION, _SESSION.event_id == person.event_id)
        .where(*of_event, is_unmeasured(), ~report)
    )
    return session.execute(union_all(measured, unmeasured)).all()
