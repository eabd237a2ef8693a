"""What becomes of a person's prompts: put off until the next 9:00, or ended because there is no reason any more."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from webapp.domain.notice import Frequency
from webapp.domain.prompt import LAST_NUMBER, PromptEnd, answers_close_at, prompt_zone, snoozed_until
from webapp.domain.refusal import Refused
from webapp.models import Event, Notification, NotificationPreference, ScheduledAttendancePrompt, User
from webapp.queries.asking.prompt import (
    AskedPrompt,
    asked_prompt,
    effective_frequency,
    is_open,
    is_preference_for_event,
)
from webapp.services.insertion import insert_unless_there
from webapp.services.unit_of_work import write_transaction

_PROMPT = ScheduledAttendancePrompt.__table__


@dataclass(frozen=True, slots=True)
class Snoozed:
    """When a person is asked again (aware UTC), and in which zone that is 9:00."""

    asks_again_at: datetime
    timezone: str


def snooze_prompt(*, notification_id: int, user_id: int, now: datetime) -> Snoozed:
    """Mark a person's own unread prompt as read and ask again at their next 9:00, once.

    Raises `not_found`, `prompt_answered`, `prompt_asked_twice`, `prompt_already_read` (with
    `asks_again_at` where that was a snooze), `event_called_off`, `answers_closed`,
    `no_time_to_ask_again`.
    """
    with write_transaction() as session:
        asked = asked_prompt(session, notification_id=notification_id, user_id=user_id)
        if asked is None:
            raise Refused("not_found")
        snoozed = _next_time(asked, now)
        session.execute(
            update(Notification).where(Notification.id == notification_id).values(read_at=now, responded_at=now)
        )
        if not plan_follow_up(session, event_id=asked.event_id, user_id=user_id, due_at=snoozed.asks_again_at, now=now):
            raise Refused("prompt_asked_twice")
    return snoozed


def plan_follow_up(session: Session, *, event_id: int, user_id: int, due_at: datetime, now: datetime) -> bool:
    """Plan the second prompt of a person, or move the one that is planned; False if it was sent already."""
    of_person = and_(_PROMPT.c.event_id == event_id, _PROMPT.c.user_id == user_id, _PROMPT.c.number == LAST_NUMBER)
    moved = session.execute(
        update(_PROMPT)
        .where(of_person, _PROMPT.c.sent_at.is_(None))
        .values(due_at=due_at, ended_at=None, ended_because=None)
    )
    if moved.rowcount:
        return True
    values = {"event_id": event_id, "user_id": user_id, "number": LAST_NUMBER, "due_at": due_at, "created_at": now}
    planned = insert_unless_there(session, _PROMPT).values(values).returning(_PROMPT.c.id)
    return session.scalar(planned) is not None


def end_open_prompts(session: Session, *, event_id: int, user_id: int, because: PromptEnd, now: datetime) -> int:
    """Nothing more is asked of that person about that event; how many prompts that ended."""
    ended = session.execute(
        update(_PROMPT)
        .where(_PROMPT.c.event_id == event_id, _PROMPT.c.user_id == user_id, is_open)
        .values(ended_at=now, ended_because=because)
    )
    return ended.rowcount


def end_prompts_of_opted_out(session: Session, *, user_id: int, now: datetime) -> int:
    """End the open prompts of every organization from which that person wants nothing any more.

    For whoever changes a frequency, after the change: it asks what holds now.
    """
    wants_nothing = (
        select(Event.id)
        .join(User, User.id == user_id)
        .outerjoin(NotificationPreference, is_preference_for_event())
        .where(Event.id == _PROMPT.c.event_id, effective_frequency() == Frequency.NONE)
        .correlate(_PROMPT)
        .exists()
    )
    ended = session.execute(
        update(_PROMPT)
        .where(_PROMPT.c.user_id == user_id, is_open, wants_nothing)
        .values(ended_at=now, ended_because=PromptEnd.OPTED_OUT)
    )
    return ended.rowcount


def _next_time(asked: AskedPrompt, now: datetime) -> Snoozed:
    if asked.has_answered:
        raise Refused("prompt_answered")
    if asked.number >= LAST_NUMBER:
        raise Refused("prompt_asked_twice")
    if asked.is_read:
        raise Refused("prompt_already_read", asks_again_at=asked.asks_again_at)
    closes_at = answers_close_at(asked.effective_end_at)
    if asked.is_called_off:
        raise Refused("event_called_off")
    if now > closes_at:
        raise Refused("answers_closed", closed_at=closes_at)
    asks_again_at = snoozed_until(now, asked.timezone)
    if asks_again_at > closes_at:
        raise Refused("no_time_to_ask_again", closes_at=closes_at)
    return Snoozed(asks_again_at, prompt_zone(asked.timezone).key)
