"""The notification centre: lines written once per cause, and read."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.models import Notification
from webapp.queries.id_set import is_among
from webapp.services.insertion import insert_rows_unless_there
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import write_transaction

_NOTIFICATION = Notification.__table__
#: What a line may leave out.
_USUAL: dict[str, object] = {
    "event_id": None,
    "enrollment_id": None,
    "class_enrollment_id": None,
    "prompt_number": None,
    "text": "",
    "read_at": None,
    "responded_at": None,
}
_TITLE_LIMIT, _TEXT_LIMIT = 250, 700


def notify(session: Session, rows: Sequence[dict[str, object]]) -> dict[str, int]:
    """Write lines of the notification centre, one statement for all; the new ones by key: their ids.

    Each has `dedupe_key`, `user_id`, `type`, `title` and `created_at`, and may have the other
    columns. A line of the same key, or the same prompt of the same person, is there already.
    """
    if not rows:
        return {}
    complete = [
        {**_USUAL, **row, "title": str(row["title"])[:_TITLE_LIMIT], "text": str(row.get("text") or "")[:_TEXT_LIMIT]}
        for row in rows
    ]
    new = (_NOTIFICATION.c.id, _NOTIFICATION.c.dedupe_key)
    written = insert_rows_unless_there(session, _NOTIFICATION, complete, *new)
    return {row.dedupe_key: row.id for row in written}


def mark_read(session: Session, *, user_id: int, now: datetime, notification_ids: Sequence[int] | None = None) -> int:
    """Mark lines of that person as read (None: all of them); how many were unread."""
    unread = update(_NOTIFICATION).where(_NOTIFICATION.c.user_id == user_id, _NOTIFICATION.c.read_at.is_(None))
    if notification_ids is not None:
        unread = unread.where(is_among(session, _NOTIFICATION.c.id, notification_ids))
    return rows_changed(session, unread.values(read_at=now))


def read_notification(*, notification_id: int, user_id: int, now: datetime) -> bool:
    """A person opened one of their own lines; False if it was read before, or is not theirs."""
    with write_transaction() as session:
        return mark_read(session, user_id=user_id, now=now, notification_ids=[notification_id]) == 1


def read_all_notifications(*, user_id: int, now: datetime) -> int:
    """A person is done with all of them; how many were unread."""
    with write_transaction() as session:
        return mark_read(session, user_id=user_id, now=now)
