"""Programs, their classes, and the sessions of a class."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.domain.classes.program_class import FROZEN, NOT_MEETING, ClassStatus, SessionStatus
from webapp.domain.permission import Trigger
from webapp.extensions import Model
from webapp.models.columns import BigId, StatusScope, UtcDateTime, one_of, partial_index
from webapp.models.organization import Facility, Organization


class Program(Model):
    """What an organization offers again and again. Archived ones are only looked at."""

    __tablename__ = "programs"
    __table_args__ = (
        UniqueConstraint("organization_id", "name", name="uq_programs_name"),
        UniqueConstraint("organization_id", "request_id", name="uq_programs_request"),
        CheckConstraint("archived_at IS NULL OR NOT is_active", name="archived_inactive"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    name: Mapped[str] = mapped_column(String(160))
    description: Mapped[str] = mapped_column(Text, default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    request_id: Mapped[str | None] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=1)

    organization: Mapped[Organization] = relationship()


class ProgramFacility(Model):
    """A facility at which a program is offered."""

    __tablename__ = "program_facilities"

    program_id: Mapped[int] = mapped_column(ForeignKey("programs.id"), primary_key=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facilities.id"), primary_key=True, index=True)


class Room(Model):
    """A room of a facility; two sessions cannot be in it at the same time."""

    __tablename__ = "rooms"
    __table_args__ = (UniqueConstraint("facility_id", "name", name="uq_rooms_name"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facilities.id"))
    name: Mapped[str] = mapped_column(String(80))
    #: How many people it holds; None: nobody said.
    capacity: Mapped[int | None] = mapped_column()


class FacilityPerson(Model):
    """A person who belongs to a facility: those may be enrolled in its classes, unless deactivated."""

    __tablename__ = "facility_people"

    facility_id: Mapped[int] = mapped_column(ForeignKey("facilities.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deactivated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FacilityMove(Model):
    """A person was moved from one facility of an organization to another. Append-only: the database refuses changes.

    Which places that ended, and how, is in the trails of their classes, with the same actor and instant.
    """

    __tablename__ = "facility_moves"
    __table_args__ = (CheckConstraint("from_facility_id <> to_facility_id", name="goes_elsewhere"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    from_facility_id: Mapped[int] = mapped_column(ForeignKey("facilities.id"))
    to_facility_id: Mapped[int] = mapped_column(ForeignKey("facilities.id"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProgramClass(Model):
    """One running of a program at a facility. Its row is the lock of the class; dates are local to the facility.

    `seats_taken`, `waiting_count`, `last_waitlist_position` and `seats_over` are changed only
    by `services.places.seats` under that lock; `ops audit` proves them equal to the counts.
    """

    __tablename__ = "program_classes"
    __table_args__ = (
        one_of("status", ClassStatus, "status"),
        CheckConstraint("capacity >= 1", name="capacity_positive"),
        CheckConstraint("seats_over >= 0", name="over_not_negative"),
        CheckConstraint("seats_taken >= 0 AND seats_taken <= capacity + seats_over", name="never_oversold"),
        CheckConstraint("waiting_count >= 0", name="waiting_not_negative"),
        CheckConstraint("starts_on <= ends_on", name="start_before_end"),
        CheckConstraint("archived_at IS NULL OR status IN ('completed', 'cancelled')", name="archived_frozen"),
        CheckConstraint("required_percent BETWEEN 0 AND 100", name="required_percent"),
        UniqueConstraint("program_id", "request_id", name="uq_program_classes_request"),
        Index("ix_program_classes_due", "facility_id", "status", "starts_on"),
        Index("ix_program_classes_listed", "organization_id", "status", "starts_on"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("programs.id"))
    #: The program's own, so that whoever asks needs no join to know whose it is.
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    facility_id: Mapped[int] = mapped_column(ForeignKey("facilities.id"))
    title: Mapped[str] = mapped_column(String(160))
    search_text: Mapped[str] = mapped_column(String(400), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    instructor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"))
    status: Mapped[str] = mapped_column(String(20), default=ClassStatus.SCHEDULED)
    capacity: Mapped[int] = mapped_column()
    has_waitlist: Mapped[bool] = mapped_column(default=True)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    #: Share of the sessions somebody has to attend.
    required_percent: Mapped[int] = mapped_column(default=80)
    seats_taken: Mapped[int] = mapped_column(default=0)
    waiting_count: Mapped[int] = mapped_column(default=0)
    last_waitlist_position: Mapped[int] = mapped_column(default=0)
    #: Of the seats taken, those beyond the capacity, each given on purpose.
    seats_over: Mapped[int] = mapped_column(default=0, server_default="0")
    activated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    request_id: Mapped[str | None] = mapped_column(String(64))
    #: Grows with every change; a form opened before the last one is stale.
    version: Mapped[int] = mapped_column(default=1)

    program: Mapped[Program] = relationship()
    facility: Mapped[Facility] = relationship()

    is_frozen = StatusScope(FROZEN)
    #: No session of it takes place: paused, or frozen.
    stands_still = StatusScope(NOT_MEETING)


class ClassChangeKind(StrEnum):
    CREATED = "created"
    EDITED = "edited"
    MOVED = "moved"
    ACTIVATED = "activated"
    ACTIVATION_UNDONE = "activation_undone"
    ARCHIVED = "archived"
    DELETED = "deleted"


class ClassChange(Model):
    """The trail of a class. Append-only: the database refuses UPDATE and DELETE."""

    __tablename__ = "class_changes"
    __table_args__ = (
        one_of("kind", ClassChangeKind, "kind"),
        one_of("triggered_by", Trigger, "triggered_by"),
        UniqueConstraint("class_id", "version", name="uq_class_changes_version"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: No foreign key: a class that nobody enrolled in may be deleted, its trail stays.
    class_id: Mapped[int] = mapped_column(BigId)
    #: The class's version after this change.
    version: Mapped[int] = mapped_column()
    kind: Mapped[str] = mapped_column(String(20))
    from_status: Mapped[str | None] = mapped_column(String(20))
    to_status: Mapped[str] = mapped_column(String(20))
    #: What was edited (names of fields), how many people were stamped, ...
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    triggered_by: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    job_run_id: Mapped[int | None] = mapped_column(BigId)
    reason: Mapped[str | None] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class FacilityActivation(Model):
    """The five-o'clock of a facility on one local date is done: it is done once."""

    __tablename__ = "facility_activations"

    facility_id: Mapped[int] = mapped_column(ForeignKey("facilities.id"), primary_key=True)
    local_on: Mapped[date] = mapped_column(Date, primary_key=True)
    job_run_id: Mapped[int | None] = mapped_column(BigId)
    classes: Mapped[int] = mapped_column(default=0)
    people: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ClassRule(Model):
    """When the sessions of a class recur: an RFC 5545 rule, read in the facility's zone."""

    __tablename__ = "class_rules"
    __table_args__ = (CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("program_classes.id"), index=True)
    rrule: Mapped[str] = mapped_column(String(300))
    starts_on: Mapped[date] = mapped_column(Date)
    #: Wall-clock time, such as 18:30: the same on every date.
    starts_at_local: Mapped[str] = mapped_column(String(5))
    minutes: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


#: A cancelled session is in nobody's way.
_HELD = "status = 'scheduled'"


class ClassSession(Model):
    """One meeting of a class. `rule_on` is the date its rule gave it; a moved one keeps that."""

    __tablename__ = "class_sessions"
    __table_args__ = (
        one_of("status", SessionStatus, "status"),
        CheckConstraint("ends_at > starts_at", name="end_after_start"),
        UniqueConstraint("class_id", "rule_id", "rule_on", name="uq_class_sessions_rule_date"),
        Index("ix_class_sessions_class", "class_id", "starts_at"),
        partial_index("ix_class_sessions_room", "room_id", "starts_at", where=_HELD),
        partial_index("ix_class_sessions_instructor", "instructor_id", "starts_at", where=_HELD),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("program_classes.id"))
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("class_rules.id"))
    rule_on: Mapped[date | None] = mapped_column(Date)
    #: The facility's date on which it takes place.
    local_on: Mapped[date] = mapped_column(Date)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"))
    instructor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    status: Mapped[str] = mapped_column(String(20), default=SessionStatus.SCHEDULED)
    #: Held online, too: a kind of `domain.session_kind`. Its `MeetingSession` follows what stands here.
    online_kind: Mapped[str | None] = mapped_column(String(30))
    #: Why it is not as its rule says.
    reason: Mapped[str | None] = mapped_column(String(500))
    version: Mapped[int] = mapped_column(default=1)


class ClassSessionChange(Model):
    """The trail of a session: what it was before and after. Append-only, so every change can be undone."""

    __tablename__ = "class_session_changes"
    __table_args__ = (UniqueConstraint("session_id", "version", name="uq_class_session_changes_version"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: No foreign keys: the sessions of a deleted class go with it.
    session_id: Mapped[int] = mapped_column(BigId)
    class_id: Mapped[int] = mapped_column(BigId, index=True)
    version: Mapped[int] = mapped_column()
    #: Changes made together ("from here", "all") share one; they are undone together.
    batch: Mapped[str] = mapped_column(String(36))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    is_undo: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(500))
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
