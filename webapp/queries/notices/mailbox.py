"""Every mail the installation wrote, for the demonstration's mailbox."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from webapp.extensions import db
from webapp.models import Message
from webapp.queries.page import Page, cut

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class MailboxMessage:
    """One mail as its reader would see it; `sent_at` is None while it waits."""

    id: int
    recipient: str
    subject: str
    body: str
    created_at: datetime
    sent_at: datetime | None
    last_error: str | None
    has_html: bool
    has_calendar: bool


def read_mailbox(page: int) -> Page[MailboxMessage]:
    """One page of all messages, newest first."""
    total = db.session.scalar(select(func.count()).select_from(Message))
    newest_first = select(
        Message.id,
        Message.recipient,
        Message.subject,
        Message.body,
        Message.created_at,
        Message.sent_at,
        Message.last_error,
        Message.html.is_not(None),
        Message.calendar.is_not(None),
    ).order_by(Message.id.desc())
    rows = db.session.execute(cut(newest_first, page, PAGE_SIZE))
    return Page([MailboxMessage(*row) for row in rows], total or 0, page, PAGE_SIZE)


def mail_html(message_id: int) -> str | None:
    """A mail as a reader that shows HTML would; None if there is none."""
    return db.session.scalar(select(Message.html).where(Message.id == message_id))


def mail_calendar(message_id: int) -> str | None:
    """The invitation that goes with a mail; None if there is none."""
    return db.session.scalar(select(Message.calendar).where(Message.id == message_id))
