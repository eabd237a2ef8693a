"""What becomes of a person's prompts: put off until the next 9:00, or ended because there is no reason any more."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from webapp.domain.asking.prompt import LAST_NUMBER, AskedPrompt, PromptEnd, prompt_zone, require_snoozable
from webapp.domain.notices.notice import Frequency
from webapp.domain.refusal import Refused
from webapp.models import Event, Notification, NotificationPreference, ScheduledAttendancePrompt, User
from webapp.queries.asking.prompt import (
    asked_prompt,
    effective_frequency,
    is_open,
    is_preference_for_event,
)
from webapp.services.insertion import insert_unless_there
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import write_transaction

_PROMPT = ScheduledAttendancePrompt.__table__


@dataclass(frozen=True, slots=True)
class Snoozed:
    """When a person is asked again (aware UTC), and in which zone that is 9:00."""

    asks_again_at: datetime
    timezone: str


def snooze_prompt(*, notification_id: int, user_id: int, now: datetime) -> Snoozed | None:
    """Mark a person's own prompt as read and ask again at their next 9:00, once; None: it was the last one.

    One that was only marked as read with all others can still be put off.
    Raises `not_found`, `prompt_answered`, `prompt_asked_twice`, `prompt_already_read` (with
    `asks_again_at` where that was a snooze), `event_called_off`, `answers_closed`,
    `no_time_to_ask_again`.
    """
    with write_transaction() as session:
        asked = asked_prompt(session, notification_id=notification_id, user_id=user_id)
        if asked is None:
            raise Refused("not_found")
        comes_back_at = require_snoozable(asked, now)
        snoozed = None if comes_back_at is None else Snoozed(comes_back_at, prompt_zone(asked.timezone).key)
        session.execute(
            update(Notification).where(Notification.id == notification_id).values(read_at=now, responded_at=now)
        )
        if snoozed is not None:
            _plan(session, asked, user_id, snoozed, now)
    return snoozed


def _plan(session: Session, asked: AskedPrompt, user_id: int, snoozed: Snoozed, now: datetime) -> None:
    if not plan_follow_up(session, event_id=asked.event_id, user_id=user_id, due_at=snoozed.asks_again_at, now=now):
        raise Refused("prompt_asked_twice")


def plan_follow_up(session: Session, *, event_id: int, user_id: int, due_at: datetime, now: datetime) -> bool:
    """Plan the second prompt of a person, or move the one that is planned; False if it was sent already."""
    of_person = and_(_PROMPT.c.event_id == event_id, _PROMPT.c.user_id == user_id, _PROMPT.c.number == LAST_NUMBER)
    moved = rows_changed(
        session,
        update(_PROMPT)
        .where(of_person, _PROMPT.c.sent_at.is_(None))
        .values(due_at=due_at, ended_at=None, ended_because=None),
    )
    if moved:
        return True
    values = {"event_id": event_id, "user_id": user_id, "number": LAST_NUMBER, "due_at": due_at, "created_at": now}
    planned = insert_unless_there(session, _PROMPT).values(values).returning(_PROMPT.c.id)
    return session.scalar(planned) is not None


def end_open_prompts(session: Session, *, event_id: int, user_id: int, because: PromptEnd, now: datetime) -> int:
    """Nothing more is asked of that person about that event; how many prompts that ended."""
    return rows_changed(
        session,
        update(_PROMPT)
        .where(_PROMPT.c.event_id == event_id, _PROMPT.c.user_id == user_id, is_open)
        .values(ended_at=now, ended_because=because),
    )


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
    return rows_changed(
        session,
        update(_PROMPT)
        .where(_PROMPT.c.user_id == user_id, is_open, wants_nothing)
        .values(ended_at=now, ended_because=PromptEnd.OPTED_OUT),
    )
