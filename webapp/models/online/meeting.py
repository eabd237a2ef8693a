"""Online sessions: planned, measured, reported, marked.

`MeetingSession` is planned by people. `MeetingAttendance` is measured from the stays of its room and
can be measured anew. `SessionReport` is made of it, with the staff's mark (`SessionMark` is the
trail). `IdentityMatch` says whose an identity is that is not `u<user id>`.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.events.closure import Doubt
from webapp.domain.online.presence import Part, Presence, StaffMark
from webapp.extensions import Model
from webapp.models.columns import BigId, Percentage, UtcDateTime, one_of
from webapp.models.online.webhook import LONGEST_NAME


class MeetingSession(Model):
    """A meeting with a scheduled start and end, in one room: of an event, or the online side of a class's session.

    The online side follows its session of the class in times, kind and whether it is held.

    Whether it has to be calculated is a question about its columns and the room's counter
    (`calculated_through` against `MeetingRoom.folded`), never a message.
    """

    __tablename__ = "meeting_sessions"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="end_after_start"),
        CheckConstraint("calculation_tries >= 0", name="tries_not_negative"),
        CheckConstraint("(event_id IS NULL) <> (class_session_id IS NULL)", name="one_owner"),
        one_of("doubt", Doubt, "doubt"),
        # Sent twice, made once; a series makes one session per start.
        UniqueConstraint("event_id", "request_id", "starts_at", name="uq_meeting_sessions_request"),
        Index("uq_meeting_sessions_class_session", "class_session_id", unique=True),
        Index("ix_meeting_sessions_event", "event_id", "starts_at"),
        Index("ix_meeting_sessions_room", "room_name"),
        Index("ix_meeting_sessions_ended", "ends_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    #: The session of a class that it is the online side of, where it belongs to no event.
    class_session_id: Mapped[int | None] = mapped_column(ForeignKey("class_sessions.id"))
    #: A name of `domain.session_kind`: grace, thresholds and report fields are data there.
    kind: Mapped[str] = mapped_column(String(30), default="event")
    title: Mapped[str] = mapped_column(String(160))
    #: By default `session-<id>`, which is set in the transaction that makes the row.
    room_name: Mapped[str] = mapped_column(String(LONGEST_NAME), default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    request_id: Mapped[str | None] = mapped_column(String(64))
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: Grows with every edit; a form opened before the last one is stale.
    version: Mapped[int] = mapped_column(default=1)
    calculated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The room's `folded` count that the calculation saw.
    calculated_through: Mapped[int | None] = mapped_column()
    calculation_tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    calculation_error: Mapped[str | None] = mapped_column(String(500))
    reconciled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Why it is not known who was in it, as the calculation found it.
    doubt: Mapped[str | None] = mapped_column(String(20))


class MeetingAttendance(Model):
    """What was measured of one person in one session. Derived: replaced whole, never added to.

    `seconds` lies between what is certain (`seconds_least`) and what is possible (`seconds_most`).
    Without a status, or with `needs_review`, it is not sure enough to say.
    """

    __tablename__ = "meeting_attendances"
    __table_args__ = (
        UniqueConstraint("session_id", "user_id", name="uq_meeting_attendances_person"),
        one_of("status", Presence, "status"),
        one_of("possible_status", Presence, "possible_status"),
        one_of("took_part_as", Part, "took_part_as"),
        CheckConstraint("seconds_least >= 0", name="seconds_not_negative"),
        CheckConstraint("seconds_least <= seconds AND seconds <= seconds_most", name="seconds_between"),
        CheckConstraint("percentage BETWEEN 0 AND 100", name="percentage"),
        CheckConstraint("late_seconds >= 0", name="late_not_negative"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("meeting_sessions.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    #: False for somebody who was in the room without a place in the event.
    is_enrolled: Mapped[bool] = mapped_column(default=True)
    #: Who is no participant: the teacher of the session, or other staff.
    took_part_as: Mapped[str | None] = mapped_column(String(20))
    first_join_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_leave_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: What was counted: pairs of whole seconds since 1970 (UTC), clipped and merged.
    intervals: Mapped[list[Any]] = mapped_column(JSON, default=list)
    seconds: Mapped[int] = mapped_column(default=0)
    seconds_least: Mapped[int] = mapped_column(default=0)
    seconds_most: Mapped[int] = mapped_column(default=0)
    percentage: Mapped[Decimal] = mapped_column(Percentage, default=Decimal(0))
    status: Mapped[str | None] = mapped_column(String(20))
    #: What it would be if everything that is missing spoke for the person; empty where nothing is missing.
    possible_status: Mapped[str | None] = mapped_column(String(20))
    needs_review: Mapped[bool] = mapped_column(default=False)
    late_seconds: Mapped[int] = mapped_column(default=0)
    is_calculated: Mapped[bool] = mapped_column(default=False)
    calculated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: How stays without an end were closed, in words.
    note: Mapped[str | None] = mapped_column(String(300))
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(500))


class SessionReport(Model):
    """The line of one person in a session's report: what was measured, and what staff said."""

    __tablename__ = "session_reports"
    __table_args__ = (
        UniqueConstraint("session_id", "user_id", name="uq_session_reports_person"),
        one_of("status", Presence, "status"),
        one_of("marked_status", StaffMark, "marked_status"),
        CheckConstraint("(marked_status IS NULL) = (marked_at IS NULL)", name="mark_has_time"),
        CheckConstraint("minutes >= 0 AND late_minutes >= 0", name="minutes_not_negative"),
        CheckConstraint("percentage BETWEEN 0 AND 100", name="percentage"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("meeting_sessions.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    entered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    minutes: Mapped[int] = mapped_column(default=0)
    percentage: Mapped[Decimal] = mapped_column(Percentage, default=Decimal(0))
    status: Mapped[str | None] = mapped_column(String(20))
    is_late: Mapped[bool] = mapped_column(default=False)
    late_minutes: Mapped[int] = mapped_column(default=0)
    #: Nobody marked it: it says what was measured.
    is_automatic: Mapped[bool] = mapped_column(default=True)
    marked_status: Mapped[str | None] = mapped_column(String(20))
    marked_reason: Mapped[str | None] = mapped_column(String(500))
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    marked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The report fields of the session's kind, by name.
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    synced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SessionMark(Model):
    """A staff mark, or that it was taken back (no status). Append-only: the database refuses UPDATE and DELETE."""

    __tablename__ = "session_marks"
    __table_args__ = (
        one_of("status", StaffMark, "status"),
        UniqueConstraint("session_id", "request_id", name="uq_session_marks_request"),
        Index("ix_session_marks_person", "session_id", "user_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("meeting_sessions.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    status: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(500))
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    #: Of the form that set it: sent twice, set once.
    request_id: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class JoinToken(Model):
    """That somebody was let into a session's room: one row per person, however often they pressed the button.

    The token itself is kept nowhere. It tells silence from absence: a room of which nothing was told.
    """

    __tablename__ = "join_tokens"

    session_id: Mapped[int] = mapped_column(ForeignKey("meeting_sessions.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    as_host: Mapped[bool] = mapped_column(default=False)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


class IdentityMatch(Model):
    """Whose an identity is in all rooms of one event or one class, said afterwards by staff."""

    __tablename__ = "identity_matches"
    __table_args__ = (
        UniqueConstraint("event_id", "identity", name="uq_identity_matches_identity"),
        CheckConstraint("(event_id IS NULL) <> (class_id IS NULL)", name="one_owner"),
        Index("uq_identity_matches_class_identity", "class_id", "identity", unique=True),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    class_id: Mapped[int | None] = mapped_column(ForeignKey("program_classes.id"))
    identity: Mapped[str] = mapped_column(String(LONGEST_NAME))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    matched_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    matched_at: Mapped[datetime] = mapped_column(UtcDateTime)


class IdentityMatchChange(Model):
    """That staff said whose an identity is, or took it back, and why. Append-only: the database refuses all else."""

    __tablename__ = "identity_match_changes"
    __table_args__ = (
        CheckConstraint("(event_id IS NULL) <> (class_id IS NULL)", name="one_owner"),
        Index("ix_identity_match_changes_event", "event_id", "id"),
        Index("ix_identity_match_changes_class", "class_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    class_id: Mapped[int | None] = mapped_column(ForeignKey("program_classes.id"))
    identity: Mapped[str] = mapped_column(String(LONGEST_NAME))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    #: False: it was taken back.
    is_match: Mapped[bool] = mapped_column()
    reason: Mapped[str] = mapped_column(String(500))
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
