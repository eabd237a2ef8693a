"""Every mail the installation wrote, for the demonstration's mailbox."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from webapp.extensions import db
from webapp.models import Message

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


@dataclass(frozen=True, slots=True)
class MailboxPage:
    """Newest first; `number` counts from 1."""

    messages: tuple[MailboxMessage, ...]
    total: int
    number: int

    @property
    def first(self) -> int:
        return (self.number - 1) * PAGE_SIZE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.messages) - 1


def read_mailbox(page: int) -> MailboxPage:
    """One page of all messages."""
    total = db.session.scalar(select(func.count()).select_from(Message))
    rows = db.session.execute(
        select(
            Message.id, Message.recipient, Message.subject, Message.body, Message.created_at,
            Message.sent_at, Message.last_error, Message.html.is_not(None), Message.calendar.is_not(None),
        )
        .order_by(Message.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )  # fmt: skip
    return MailboxPage(tuple(MailboxMessage(*row) for row in rows), total or 0, page)


def mail_html(message_id: int) -> str | None:
    """A mail as a reader that shows HTML would; None if there is none."""
    return db.session.scalar(select(Message.html).where(Message.id == message_id))


def mail_calendar(message_id: int) -> str | None:
    """The invitation that goes with a mail; None if there is none."""
    return db.session.scalar(select(Message.calendar).where(Message.id == message_id))
