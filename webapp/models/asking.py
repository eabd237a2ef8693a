"""What an event asks of whoever enrolls, what is asked of people after it, what they say, and their appeals.

Never evidence, never an outcome.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.asking.attendance_response import Answer
from webapp.domain.asking.prompt import PromptEnd
from webapp.domain.events.appeal import AppealOutcome
from webapp.domain.questions.question import KEPT_DAYS, AskedAt, QuestionKind, SeenBy
from webapp.extensions import Model
from webapp.models.columns import BigId, UtcDateTime, one_of, partial_index

_KEPT = ", ".join(str(days) for days in KEPT_DAYS if days is not None)


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


class EventQuestion(Model):
    """A question as it is asked, or was: one that asks something else takes the place of one that has answers."""

    __tablename__ = "event_questions"
    __table_args__ = (
        one_of("kind", QuestionKind, "kind"),
        one_of("asked", AskedAt, "asked"),
        one_of("seen_by", SeenBy, "seen_by"),
        CheckConstraint(f"kept_days IS NULL OR kept_days IN ({_KEPT})", name="kept_days"),
        CheckConstraint("(shown_if_id IS NULL) = (shown_if_answer IS NULL)", name="condition_whole"),
        Index("ix_event_questions_event", "event_id", "position"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    #: Its place in the list, from 1.
    position: Mapped[int] = mapped_column()
    kind: Mapped[str] = mapped_column(String(20))
    wording: Mapped[str] = mapped_column(String(200))
    #: What helps to answer; of an agreement the text to agree to.
    help: Mapped[str] = mapped_column(Text, default="")
    #: One a line.
    choices: Mapped[str] = mapped_column(Text, default="")
    is_required: Mapped[bool] = mapped_column(default=False)
    asked: Mapped[str] = mapped_column(String(20), default=AskedAt.SIGN_UP)
    seen_by: Mapped[str] = mapped_column(String(20), default=SeenBy.ORGANIZERS)
    #: Answers are deleted so many days after the end; None: never.
    kept_days: Mapped[int | None] = mapped_column()
    #: Asked only where that question of the same event has this answer.
    shown_if_id: Mapped[int | None] = mapped_column(ForeignKey("event_questions.id"), index=True)
    shown_if_answer: Mapped[str | None] = mapped_column(String(120))
    #: The one that this took the place of.
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("event_questions.id"), index=True)
    #: Grows with every edit.
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Not asked since then; its answers stay.
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class EnrollmentAnswer(Model):
    """One answer, or one of several choices. Left blank it is one row with no text, so that nobody is asked again."""

    __tablename__ = "enrollment_answers"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollments.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("event_questions.id"), primary_key=True, index=True)
    #: Of several choices, from 0.
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: As `domain.questions.answer` writes it; of a file its name.
    value: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: None: a helper at the desk.
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)


class AnswerFile(Model):
    """The file of an answer, apart so that no list reads it by accident."""

    __tablename__ = "answer_files"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollments.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("event_questions.id"), primary_key=True, index=True)
    mimetype: Mapped[str] = mapped_column(String(40))
    #: The last column: SQLite walks through a large value to reach what stands after it.
    body: Mapped[bytes] = mapped_column(LargeBinary)


class Appeal(Model):
    """Somebody says that they were there, of a place that came out as a no-show; staff answers. `outcome` is moved only
    under the event's lock. One is open or answered for each enrollment."""

    __tablename__ = "appeals"
    __table_args__ = (
        one_of("outcome", AppealOutcome, "outcome"),
        partial_index(
            "uq_appeals_enrollment", "enrollment_id", where="outcome NOT IN ('withdrawn', 'overtaken')", unique=True
        ),
        # All open ones of an installation are a handful.
        partial_index("ix_appeals_open", "decided_until", where="outcome = 'open'"),
        CheckConstraint("(outcome = 'open') = (ended_at IS NULL)", name="ended_has_time"),
        CheckConstraint(
            "(outcome IN ('granted', 'declined')) = (decided_by_id IS NOT NULL)", name="decided_by_somebody"
        ),
        CheckConstraint("decided_until > filed_at", name="open_for_some_time"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollments.id"), index=True)
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Another one than whose place it is, where somebody looks after them.
    filed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    #: What they say; "" where they say nothing more than that they were there.
    words: Mapped[str] = mapped_column(Text, default="")
    #: About when they came, where they say so.
    came_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Exclusive: without a decision it lapses then.
    decided_until: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(20), default=AppealOutcome.OPEN)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    #: Said back to the person; of a granted one the reason of the override, too.
    answer: Mapped[str] = mapped_column(Text, default="")
    #: The enrollment's version after the override that granted it.
    settled_version: Mapped[int | None] = mapped_column()


class AppealPicture(Model):
    """The picture of an appeal, apart so that no list reads it by accident; deleted some time after the answer."""

    __tablename__ = "appeal_pictures"

    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeals.id"), primary_key=True)
    mimetype: Mapped[str] = mapped_column(String(40))
    #: The last column: SQLite walks through a large value to reach what stands after it.
    body: Mapped[bytes] = mapped_column(LargeBinary)


class AppealNote(Model):
    """What staff wrote about an appeal, for those who decide it."""

    __tablename__ = "appeal_notes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeals.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
