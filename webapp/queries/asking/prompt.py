"""Prompts as people got them, and conditions that everything about prompts shares."""

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, func, select
from sqlalchemy.orm import Session

from webapp.domain.asking.attendance_response import Answer
from webapp.domain.asking.prompt import LAST_NUMBER, AskedPrompt
from webapp.domain.event_life import EventStatus
from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.models import (
    AttendanceResponse,
    Enrollment,
    Event,
    Notification,
    NotificationPreference,
    ScheduledAttendancePrompt,
    User,
)
from webapp.queries.mail_address import can_be_written_to

_PROMPT = ScheduledAttendancePrompt.__table__
is_open = and_(_PROMPT.c.sent_at.is_(None), _PROMPT.c.ended_at.is_(None))


def asked_prompt(session: Session, *, notification_id: int, user_id: int) -> AskedPrompt | None:
    """That prompt if it is the person's own and its event was not deleted; its row is locked."""
    follow_up = (
        select(_PROMPT.c.due_at)
        .where(
            _PROMPT.c.event_id == Notification.event_id, _PROMPT.c.user_id == user_id, _PROMPT.c.number == LAST_NUMBER
        )
        .where(is_open)
        .scalar_subquery()
    )
    row = session.execute(
        select(
            Notification.event_id,
            Notification.prompt_number,
            Notification.responded_at,
            Event.status,
            Event.effective_end_at,
            User.timezone,
            has_answered(Notification.event_id, Notification.user_id).label("has_answered"),
            follow_up.label("asks_again_at"),
        )
        .join(Event, Event.id == Notification.event_id)
        .join(User, User.id == Notification.user_id)
        .where(Notification.id == notification_id, Notification.user_id == user_id)
        .where(Notification.prompt_number.is_not(None), Event.deleted_at.is_(None))
        .with_for_update(of=Notification)
    ).one_or_none()
    if row is None:
        return None
    return AskedPrompt(
        event_id=row.event_id,
        number=row.prompt_number,
        is_responded=row.responded_at is not None,
        is_called_off=row.status == EventStatus.CANCELLED,
        effective_end_at=row.effective_end_at,
        has_answered=row.has_answered,
        timezone=row.timezone,
        asks_again_at=row.asks_again_at,
    )


def has_answered(
    event_id: SQLColumnExpression[int] | SQLColumnExpression[int | None], user_id: SQLColumnExpression[int]
) -> ColumnElement[bool]:
    """Whether that person said anything about that event; having stayed silent is not an answer."""
    return exists().where(
        AttendanceResponse.event_id == event_id,
        AttendanceResponse.user_id == user_id,
        AttendanceResponse.answer != Answer.UNKNOWN,
    )


def has_given_up(
    event_id: SQLColumnExpression[int] | SQLColumnExpression[int | None], user_id: SQLColumnExpression[int]
) -> ColumnElement[bool]:
    """Whether that person's place was cancelled and they have no other one."""
    of_person = and_(Enrollment.event_id == event_id, Enrollment.user_id == user_id)
    cancelled = exists().where(of_person, Enrollment.status == EnrollmentStatus.CANCELLED)
    return and_(cancelled, ~exists().where(of_person, Enrollment.is_live))


def can_answer() -> ColumnElement[bool]:
    """Whether the joined `User` is a person who can be reached: by mail, with a link or a password by mail."""
    return and_(can_be_written_to(), User.is_system.is_(False))


def is_preference_for_event() -> ColumnElement[bool]:
    """Outer-joins `NotificationPreference` to `User` and `Event`."""
    return and_(
        NotificationPreference.user_id == User.id, NotificationPreference.organization_id == Event.organization_id
    )


def effective_frequency() -> ColumnElement[str]:
    """How much the joined `User` wants: their word for the organization, else for all of them."""
    return func.coalesce(NotificationPreference.frequency, User.notification_frequency)
