"""What a person is told inside the product, and how much of it they want."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.notices.notice import Frequency, NotificationType
from webapp.extensions import Model
from webapp.models.columns import BigId, UtcDateTime, one_of, partial_index


class Notification(Model):
    """One line of a person's notification centre. `dedupe_key` makes a second one for the same cause impossible."""

    __tablename__ = "notifications"
    __table_args__ = (
        one_of("type", NotificationType, "type"),
        CheckConstraint("(type = 'attendance_prompt') = (prompt_number IS NOT NULL)", name="prompt_has_number"),
        CheckConstraint("prompt_number IS NULL OR prompt_number IN (1, 2)", name="prompt_number"),
        Index("ix_notifications_person", "user_id", "id"),
        partial_index("ix_notifications_unread", "user_id", where="read_at IS NULL"),
        partial_index(
            "uq_notifications_prompt",
            "event_id",
            "user_id",
            "prompt_number",
            where="prompt_number IS NOT NULL",
            unique=True,
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    type: Mapped[str] = mapped_column(String(30))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    enrollment_id: Mapped[int | None] = mapped_column(ForeignKey("enrollments.id"))
    #: Lines about a class have this one instead.
    class_enrollment_id: Mapped[int | None] = mapped_column(ForeignKey("class_enrollments.id"))
    prompt_number: Mapped[int | None] = mapped_column()
    title: Mapped[str] = mapped_column(String(250))
    #: One more sentence, such as the organizer's reason.
    text: Mapped[str] = mapped_column(String(700), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When the person acted on it: answered or snoozed a prompt.
    responded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class NotificationPreference(Model):
    """How much of one organization a person wants, where that differs from the account's own setting."""

    __tablename__ = "notification_preferences"
    __table_args__ = (one_of("frequency", Frequency, "frequency"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True, index=True)
    frequency: Mapped[str] = mapped_column(String(20))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
