"""A person's place in a class, the trail of it, and what completing the class gives."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.classes.class_enrollment import LIVE, SEATED, ClassEnrollmentStatus
from webapp.domain.classes.class_event import ClassDomainEvent
from webapp.domain.classes.roll_call import AbsenceCategory, RollCallStatus
from webapp.domain.permission import Trigger
from webapp.domain.places.enrollment import EnrollmentSource, TransitionKind
from webapp.extensions import Model
from webapp.models.columns import BigId, StatusScope, UtcDateTime, one_of, partial_index
from webapp.models.enrollment import MoveColumns
from webapp.models.outbox import OutboxColumns

_LIVE = "status IN ({})".format(", ".join(f"'{s}'" for s in sorted(LIVE)))


class ClassEnrollment(Model):
    """`status` is moved only by `services.places.transition`; `enrolled_at` is set once, and never changes."""

    __tablename__ = "class_enrollments"
    __table_args__ = (
        one_of("status", ClassEnrollmentStatus, "status"),
        CheckConstraint("status <> 'waitlisted' OR waitlist_position IS NOT NULL", name="waiting_has_ticket"),
        CheckConstraint("(ended_at IS NULL) = (status IN ('enrolled', 'waitlisted'))", name="end_has_time"),
        partial_index("uq_class_enrollments_live", "class_id", "user_id", where=_LIVE, unique=True),
        partial_index(
            "uq_class_enrollments_ticket",
            "class_id",
            "waitlist_position",
            where="waitlist_position IS NOT NULL",
            unique=True,
        ),
        partial_index(
            "uq_class_enrollments_request", "class_id", "request_id", where="request_id IS NOT NULL", unique=True
        ),
        Index("ix_class_enrollments_class", "class_id", "status", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("program_classes.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    status: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)
    #: FIFO ticket, never shown; people see the rank among those who wait.
    waitlist_position: Mapped[int | None] = mapped_column()
    #: When the person's class began for them: stamped by the activation, or at once while it runs.
    enrolled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: How it came in: `staff`, `web` or `import`.
    source: Mapped[str] = mapped_column(String(20), default=EnrollmentSource.STAFF)
    request_id: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Given beyond the capacity, on purpose: its trail says by whom and why.
    over_capacity: Mapped[bool] = mapped_column(default=False, server_default=false())

    is_live = StatusScope(LIVE)
    has_place = StatusScope(SEATED)


class ClassEnrollmentTransition(MoveColumns, Model):
    """One move. Append-only: the database refuses UPDATE and DELETE."""

    __tablename__ = "class_enrollment_transitions"
    __table_args__ = (
        one_of("triggered_by", Trigger, "triggered_by"),
        one_of("kind", TransitionKind, "kind"),
        UniqueConstraint("enrollment_id", "version", name="uq_class_enrollment_transitions_version"),
        Index("ix_class_enrollment_transitions_class", "class_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("class_enrollments.id"))
    class_id: Mapped[int] = mapped_column(BigId)


class ClassOutboxEvent(OutboxColumns, Model):
    """One domain event of a class enrollment, dispatched after the commit (see `OutboxEvent`)."""

    __tablename__ = "class_outbox_events"
    __table_args__ = (
        one_of("kind", ClassDomainEvent, "kind"),
        UniqueConstraint("class_id", "enrollment_id", "version", name="uq_class_outbox_events_version"),
        partial_index("ix_class_outbox_events_waiting", "id", where="dispatched_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    class_id: Mapped[int] = mapped_column(BigId)


class ClassCompletion(Model):
    """That somebody completed a class, with a code that anybody can check. Revoked on a correction."""

    __tablename__ = "class_completions"
    __table_args__ = (
        partial_index("uq_class_completions_valid", "enrollment_id", where="revoked_at IS NULL", unique=True),
        CheckConstraint("(revoked_at IS NULL) = (revoked_reason IS NULL)", name="revocation_has_reason"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("class_enrollments.id"))
    class_id: Mapped[int] = mapped_column(ForeignKey("program_classes.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    revoked_reason: Mapped[str | None] = mapped_column(String(500))


class ClassAttendance(Model):
    """Roll call of one person in one session: what stands now; `ClassAttendanceMark` is how it came to be."""

    __tablename__ = "class_attendances"
    __table_args__ = (
        one_of("status", RollCallStatus, "status"),
        one_of("category", AbsenceCategory, "category"),
        UniqueConstraint("session_id", "user_id", name="uq_class_attendances_person"),
        CheckConstraint("out_at IS NULL OR in_at IS NULL OR out_at > in_at", name="out_after_in"),
        CheckConstraint("minutes IS NULL OR minutes >= 0", name="minutes_not_negative"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("class_sessions.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    status: Mapped[str] = mapped_column(String(20))
    #: Minutes of presence, at most the scheduled ones; all of them where somebody was simply present.
    minutes: Mapped[int | None] = mapped_column()
    in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    category: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(500), default="")
    #: Filled in from online presence where staff had marked nothing.
    is_automatic: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    marked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ClassAttendanceMark(Model):
    """One mark, or that it was deleted (no status). Append-only: the database refuses UPDATE and DELETE."""

    __tablename__ = "class_attendance_marks"
    __table_args__ = (
        one_of("status", RollCallStatus, "status"),
        UniqueConstraint("session_id", "user_id", "version", name="uq_class_attendance_marks_version"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("class_sessions.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    version: Mapped[int] = mapped_column()
    status: Mapped[str | None] = mapped_column(String(20))
    #: Everything else that was said with it: times, minutes, category.
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    note: Mapped[str] = mapped_column(String(500), default="")
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
