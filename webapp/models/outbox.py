"""What has to be told after a commit: domain events, and the mails that come of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.places.domain_event import DomainEvent
from webapp.extensions import Model
from webapp.models.columns import BigId, UtcDateTime, one_of, partial_index


class OutboxColumns:
    """What is kept of a domain event, of whatever offering."""

    kind: Mapped[str] = mapped_column(String(40))
    #: The enrollment of the transition written in the same statement, which holds the foreign
    #: keys: looking it up once more for every person would double that part of a closure.
    enrollment_id: Mapped[int] = mapped_column(BigId)
    #: The enrollment's version that this event tells of: with it, once and only once. Below zero it
    #: is the event's own version, negated: what was changed about the event, told to each person.
    version: Mapped[int] = mapped_column()
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    dispatched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OutboxEvent(OutboxColumns, Model):
    """One domain event, written with the change it tells of, dispatched after the commit."""

    __tablename__ = "outbox_events"
    __table_args__ = (
        one_of("kind", DomainEvent, "kind"),
        # One per move; begins with the event, so it also finds what an event caused.
        UniqueConstraint("event_id", "enrollment_id", "version", name="uq_outbox_events_version"),
        partial_index("ix_outbox_events_waiting", "id", where="dispatched_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: Without a foreign key, as `enrollment_id`.
    event_id: Mapped[int] = mapped_column(BigId)


class Message(Model):
    """A mail to one person. `dedupe_key` makes a second one for the same cause impossible."""

    __tablename__ = "messages"
    __table_args__ = (
        partial_index("ix_messages_due", "next_try_at", where="sent_at IS NULL AND dead_at IS NULL"),
        partial_index("ix_messages_dead", "id", where="dead_at IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    #: The event it is about; its organization may see whether the mail went out.
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    class_id: Mapped[int | None] = mapped_column(ForeignKey("program_classes.id"))
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(250))
    body: Mapped[str] = mapped_column(Text)
    #: The same in HTML, and a calendar file (RFC 5545, its METHOD inside) to go with it.
    html: Mapped[str | None] = mapped_column(Text)
    calendar: Mapped[str | None] = mapped_column(Text)
    #: Where one click ends mails of this kind (RFC 8058).
    unsubscribe_url: Mapped[str | None] = mapped_column(String(500))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(500))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dead_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
