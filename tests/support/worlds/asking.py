"""Prompts as if they had been sent, and the links that their mails carry."""

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import insert

from tests.support.worlds.world import NOON
from webapp.adapters.signed_link import LinkPurpose, sign
from webapp.models import Notification, ScheduledAttendancePrompt
from webapp.services.unit_of_work import write_transaction


def is_asked(event_id: int, user_id: int, *, number: int = 1, at: datetime = NOON) -> int:
    """The prompt of that number was sent at that instant; the id of its line in the notification centre."""
    with write_transaction() as session:
        which = {"event_id": event_id, "user_id": user_id, "number": number}
        planned = session.query(ScheduledAttendancePrompt).filter_by(**which).one_or_none()
        prompt = planned or ScheduledAttendancePrompt(**which, due_at=at, created_at=at)
        prompt.sent_at = at
        session.add(prompt)
        line = {
            "dedupe_key": f"prompt:{event_id}:{user_id}:{number}",
            "user_id": user_id,
            "event_id": event_id,
            "type": "attendance_prompt",
            "prompt_number": number,
            "title": "Did you make it?",
            "created_at": at,
        }
        return session.execute(insert(Notification).values(**line).returning(Notification.id)).scalar_one()


def answer_link(
    app: Flask,
    event_id: int,
    user_id: int,
    *,
    expires_at: datetime = NOON + timedelta(days=14),
    purpose: LinkPurpose = LinkPurpose.ANSWER,
) -> str:
    """The address in the mail of a prompt."""
    keys = app.extensions["settings"].secret_keys
    return "/prompts/" + sign(keys, purpose, user=user_id, event=event_id, expires_at=expires_at)
