"""Telling a person that their outcome was corrected, or that this was withdrawn: line and mail, with the reason.

The domain event of a correction stays unsent: other systems were told what it corrects. The person is told here.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from webapp.domain.notices.notice import Channel, Frequency, wants
from webapp.domain.notices.notice import NotificationType as N
from webapp.queries.notices.consequence import what_follows
from webapp.queries.notices.outbox import letter_of
from webapp.services.letters import Letters
from webapp.services.notices.messages import write_messages
from webapp.services.notices.notification import notify
from webapp.services.unit_of_work import nudge_after_commit


def tell_of_correction(
    session: Session, enrollment_id: int, *, reason: str, actor_id: int | None, now: datetime, is_withdrawal: bool
) -> None:
    """Tell the person where they stand now and why; to be called after the move. Nobody is told what they did."""
    row = letter_of(session, enrollment_id)
    if row is None or row.user_id == actor_id:
        return
    kind = N.CORRECTION_WITHDRAWN if is_withdrawal else N.CORRECTED
    follows = what_follows(session, [enrollment_id])[enrollment_id]
    key, frequency = f"correction:{enrollment_id}:{row.enrollment_version}", Frequency(row.frequency)
    if wants(kind, frequency, Channel.PAGE):
        line = {
            "dedupe_key": key,
            "user_id": row.user_id,
            "type": kind,
            "event_id": row.event_id,
            "enrollment_id": enrollment_id,
            "title": row.title,
            "text": reason,
            "created_at": now,
        }
        notify(session, [line])
    if wants(kind, frequency, Channel.MAIL) and write_messages(
        session, [Letters(now).write(kind, row, key=key, reason=reason, follows=follows)]
    ):
        nudge_after_commit(session, "send-messages")
