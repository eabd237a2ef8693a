"""Prompts as people got them, and conditions that everything about prompts shares."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from webapp.domain.attendance_response import Answer
from webapp.domain.enrollment import LIVE, EnrollmentStatus
from webapp.models import (
    AttendanceResponse,
    Enrollment,
    Event,
    Notification,
    NotificationPreference,
    ScheduledAttendancePrompt,
    User,
)

_PROMPT = ScheduledAttendancePrompt.__table__
is_open = and_(_PROMPT.c.sent_at.is_(None), _PROMPT.c.ended_at.is_(None))


@dataclass(frozen=True, slots=True)
class AskedPrompt:
    """A prompt as a person got it, with what decides whether it may come again."""

    event_id: int
    number: int
    is_read: bool
    is_called_off: bool
    effective_end_at: datetime
    has_answered: bool
    timezone: str | None
    #: When the follow-up is due, where one is planned.
    asks_again_at: datetime | None


def asked_prompt(session: Session, *, notification_id: int, user_id: int) -> AskedPrompt | None:
    """That prompt if it is the person's own and its event was not deleted; its row is locked."""
    follow_up = (
        select(_PROMPT.c.due_at)
        .where(_PROMPT.c.event_id == Notification.event_id, _PROMPT.c.user_id == user_id, _PROMPT.c.number == 2)
        .where(is_open)
        .scalar_subquery()
    )
    row = session.execute(
        select(
            Notification.event_id,
            Notification.prompt_number,
            Notification.read_at,
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
        is_read=row.read_at is not None,
        is_called_off=row.status == "cancelled",
        effective_end_at=row.effective_end_at,
        has_answered=row.has_answered,
        timezone=row.timezone,
        asks_again_at=row.asks_again_at,
    )


def has_answered(event_id: ColumnElement[int], user_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether that person said anything about that event; having stayed silent is not an answer."""
    return exists().where(
        AttendanceResponse.event_id == event_id,
        AttendanceResponse.user_id == user_id,
        AttendanceResponse.answer != Answer.UNKNOWN,
    )


def has_given_up(event_id: ColumnElement[int], user_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether that person's place was cancelled and they have no other one."""
    of_person = and_(Enrollment.event_id == event_id, Enrollment.user_id == user_id)
    cancelled = exists().where(of_person, Enrollment.status == EnrollmentStatus.CANCELLED)
    return and_(cancelled, ~exists().where(of_person, Enrollment.status.in_(sorted(LIVE))))


def can_answer() -> ColumnElement[bool]:
    """Whether the joined `User` is a person who can be reached: by mail, with a link or a password by mail."""
    return and_(
        User.email.is_not(None), User.disabled_at.is_(None), User.anonymized_at.is_(None), User.is_system.is_(False)
    )


def is_preference_for_event() -> ColumnElement[bool]:
    """Outer-joins `NotificationPreference` to `User` and `Event`."""
    return and_(
        NotificationPreference.user_id == User.id, NotificationPreference.organization_id == Event.organization_id
    )


def effective_frequency() -> ColumnElement[str]:
    """How much the joined `User` wants: their word for the organization, else for all of them."""
    return func.coalesce(NotificationPreference.frequency, User.notification_frequency)
