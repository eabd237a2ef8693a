"""What is asked of a person after an event, and what the person says. Never evidence, never an outcome."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.asking.attendance_response import Answer
from webapp.domain.asking.prompt import PromptEnd
from webapp.extensions import Model
from webapp.models.columns import BigId, UtcDateTime, one_of, partial_index


class EventView(Model):
    """A signed-in person looked at an event's page; the first time is kept."""

    __tablename__ = "event_views"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    viewed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ScheduledAttendancePrompt(Model):
    """A question that is to be asked: number 1 after the event, number 2 after a snooze.

    It is open until it was sent (`sent_at`) or there was no more reason to (`ended_at`, `end`).
    """

    __tablename__ = "scheduled_attendance_prompts"
    __table_args__ = (
        UniqueConstraint("event_id", "user_id", "number", name="uq_scheduled_attendance_prompts_number"),
        CheckConstraint("number IN (1, 2)", name="number"),
        CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="end_has_reason"),
        CheckConstraint("sent_at IS NULL OR ended_at IS NULL", name="sent_or_ended"),
        one_of("ended_because", PromptEnd, "ended_because"),
        partial_index(
            "ix_scheduled_attendance_prompts_due", "due_at", "id", where="sent_at IS NULL AND ended_at IS NULL"
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    number: Mapped[int] = mapped_column()
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_because: Mapped[str | None] = mapped_column(String(20))


class AttendanceResponse(Model):
    """A person's own answer about an event, with feedback. `unknown` is nobody's answer: they stayed silent."""

    __tablename__ = "attendance_responses"
    __table_args__ = (
        UniqueConstraint("event_id", "user_id", name="uq_attendance_responses_person"),
        one_of("answer", Answer, "answer"),
        CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name="rating"),
        CheckConstraint(
            "(rating IS NULL AND comment IS NULL) OR answer IN ('attended', 'partial')", name="feedback_of_presence"
        ),
        CheckConstraint("(answer = 'unknown') = (answered_at IS NULL)", name="answered_at"),
        CheckConstraint("comment IS NULL OR length(comment) <= 1000", name="comment_length"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    answer: Mapped[str] = mapped_column(String(20))
    #: When the first answer came, and the present one; the row's own times where nobody answered.
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: 1 to 5, and words; either may be missing.
    rating: Mapped[int | None] = mapped_column()
    comment: Mapped[str | None] = mapped_column(String(1000))
    feedback_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecordPrivacy(Model):
    """Who sees a person's record of one event, where that differs from the person's defaults."""

    __tablename__ = "record_privacy"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    on_profile: Mapped[bool] = mapped_column()
    to_organizations: Mapped[bool] = mapped_column()
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
