"""Reminders follow their event: moved with its times, and copied with it."""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from webapp.domain.events.event_draft import EventDraft
from webapp.domain.notices.audience import kept_audience
from webapp.domain.notices.mailing import MailingStatus
from webapp.domain.notices.relative_time import Anchor, RelativeTime, due_at
from webapp.domain.permission import Actor
from webapp.models import Mailing
from webapp.queries.events.event import StoredEvent
from webapp.queries.questions.questions import asked_questions
from webapp.queries.row_types import AnyRow

_MAILING = Mailing.__table__


def columns_of(relative: RelativeTime | None) -> dict[str, Any]:
    """What a row keeps of it; without one all of them are empty."""
    if relative is None:
        return dict.fromkeys(("anchor", "offset_hours", "offset_days", "at_local"))
    return {
        "anchor": relative.anchor,
        "offset_hours": relative.hours,
        "offset_days": relative.days,
        "at_local": relative.at,
    }


def relative_of(row: AnyRow) -> RelativeTime | None:
    """What `columns_of` wrote; None for a message that goes by no event."""
    if row.anchor is None:
        return None
    return RelativeTime(Anchor(row.anchor), row.offset_hours, row.offset_days, row.at_local)


def move_reminders(session: Session, event_id: int, event: EventDraft) -> None:
    """Those that are planned come at their new time; what was sent stays sent. Inside the transaction of the edit."""
    for row in session.execute(_reminders(event_id).where(_MAILING.c.status == MailingStatus.PLANNED)).all():
        send_at = _due_at(row, event)
        if send_at != row.send_at:
            session.execute(update(_MAILING).where(_MAILING.c.id == row.id).values(send_at=send_at))


def copy_reminders(session: Session, source: StoredEvent, copy: StoredEvent, *, actor: Actor, now: datetime) -> None:
    """Those of an event that were not withdrawn, planned anew for the copy; wishes about questions are of its own."""
    rows = session.execute(_reminders(source.id).where(_MAILING.c.status != MailingStatus.WITHDRAWN)).all()
    questions = zip(asked_questions(session, source.id), asked_questions(session, copy.id), strict=False)
    own = {theirs.id: ours.id for theirs, ours in questions}
    for row in rows:
        values = {
            **{name: getattr(row, name) for name in ("subject", "body", "goes_beyond")},
            **columns_of(relative_of(row)),
            "event_id": copy.id,
            "created_by_id": actor.user_id,
            "audience": _audience_for(row, own),
            "send_at": _due_at(row, copy),
            "status": MailingStatus.PLANNED,
            "request_id": secrets.token_hex(16),
            "version": 1,
            "created_at": now,
            **dict.fromkeys(("people", "mails", "lines", "no_address", "gone"), 0),
        }
        session.execute(insert(_MAILING).values(values))


def _audience_for(row: AnyRow, own: dict[int, int]) -> dict[str, Any]:
    kept = kept_audience(row.audience)
    answers = tuple(replace(one, question_id=own[one.question_id]) for one in kept.answers if one.question_id in own)
    # Its days are others.
    return replace(kept, answers=answers, day=None).as_kept()


def _due_at(row: AnyRow, event: StoredEvent | EventDraft) -> datetime:
    relative = relative_of(row)
    if relative is None:
        raise ValueError(f"message {row.id} is no reminder")
    return due_at(relative, starts_at=event.starts_at, ends_at=event.effective_end_at, timezone=event.timezone)


def _reminders(event_id: int) -> Any:
    own = select(_MAILING).where(_MAILING.c.event_id == event_id, _MAILING.c.anchor.is_not(None))
    return own.order_by(_MAILING.c.id)
