"""What organizers write to people of their events, and who got it."""

from datetime import datetime, time
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, Time, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.notices.mailing import DropReason, MailingStatus, Reach
from webapp.domain.notices.relative_time import Anchor
from webapp.extensions import Model
from webapp.models.columns import BigId, UtcDateTime, one_of, partial_index


class Mailing(Model):
    """One message of an organizer. Its emails are `Message` rows; here is what was written, to whom, and how far it is.

    The four counters are changed only by `services.notices.mailings.sending`; `ops audit` proves them.
    """

    __tablename__ = "mailings"
    __table_args__ = (
        one_of("status", MailingStatus, "status"),
        one_of("dropped_because", DropReason, "dropped_because"),
        CheckConstraint("(status = 'dropped') = (dropped_because IS NOT NULL)", name="dropped_has_reason"),
        CheckConstraint("(status IN ('planned', 'sending')) = (finished_at IS NULL)", name="end_has_time"),
        CheckConstraint("mails + lines + no_address + gone <= people", name="told_of_its_people"),
        CheckConstraint("status <> 'sent' OR mails + lines + no_address + gone = people", name="sent_to_all"),
        one_of("anchor", Anchor, "anchor"),
        CheckConstraint("(anchor IS NULL) = (offset_hours IS NULL AND offset_days IS NULL)", name="goes_by_an_anchor"),
        CheckConstraint(
            "(offset_days IS NULL) = (at_local IS NULL) AND (offset_hours IS NULL OR offset_days IS NULL)",
            name="hours_or_days",
        ),
        UniqueConstraint("event_id", "request_id", name="uq_mailings_request"),
        partial_index("ix_mailings_due", "send_at", where="status IN ('planned', 'sending')"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    subject: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    #: `domain.notices.audience.Audience.as_kept`.
    audience: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(20), default=MailingStatus.PLANNED)
    send_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: A reminder goes by the event (`domain.notices.relative_time`): then `send_at` follows it.
    anchor: Mapped[str | None] = mapped_column(String(10))
    offset_hours: Mapped[int | None] = mapped_column()
    offset_days: Mapped[int | None] = mapped_column()
    at_local: Mapped[time | None] = mapped_column(Time)
    #: Its author saw that some people have many messages by then.
    goes_beyond: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Of the form that made it: sent twice, made once.
    request_id: Mapped[str] = mapped_column(String(64))
    #: Grows with every edit; a form opened before the last one is stale.
    version: Mapped[int] = mapped_column(default=1)
    #: Who was found when it began to be sent, and how many of them were told how (`Reach`).
    people: Mapped[int] = mapped_column(default=0)
    mails: Mapped[int] = mapped_column(default=0)
    lines: Mapped[int] = mapped_column(default=0)
    no_address: Mapped[int] = mapped_column(default=0)
    gone: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    dropped_because: Mapped[str | None] = mapped_column(String(30))


class MailingRecipient(Model):
    """A person whom a message goes to, found when it began to be sent. `reach` is empty until it was their turn."""

    __tablename__ = "mailing_recipients"
    __table_args__ = (
        one_of("reach", Reach, "reach"),
        CheckConstraint("coalesce(reach, '') = 'mail' OR message_id IS NULL", name="email_where_mailed"),
        partial_index("ix_mailing_recipients_waiting", "mailing_id", "user_id", where="reach IS NULL"),
        partial_index("uq_mailing_recipients_message", "message_id", where="message_id IS NOT NULL", unique=True),
    )

    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailings.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    #: The place through which they were found.
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollments.id"))
    reach: Mapped[str | None] = mapped_column(String(20))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
