"""Evidence of presence at the door: append-only, one live check-in per enrollment and day."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.desk.check_in import CheckInMethod
from webapp.extensions import Model
from webapp.models.columns import BigId, UtcDateTime, one_of, partial_index


class CheckIn(Model):
    """Somebody was there on a local date. An undo adds a `CheckInReversal`, nothing is removed.

    `sequence` is the number of reversed check-ins of that enrollment and day before this
    one, so the unique constraint allows a new check-in only after the last was reversed.
    """

    __tablename__ = "check_ins"
    __table_args__ = (
        one_of("method", CheckInMethod, "method"),
        UniqueConstraint("enrollment_id", "local_on", "sequence", name="uq_check_ins_day"),
        UniqueConstraint("event_id", "request_id", name="uq_check_ins_request"),
        Index("ix_check_ins_event_day", "event_id", "local_on", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollments.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    #: The event day, a date in the event's timezone.
    local_on: Mapped[date] = mapped_column(Date)
    sequence: Mapped[int] = mapped_column(default=0)
    method: Mapped[str] = mapped_column(String(20))
    desk: Mapped[str] = mapped_column(String(60), default="")
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    helper_id: Mapped[int | None] = mapped_column(ForeignKey("helper_links.id"))
    request_id: Mapped[str | None] = mapped_column(String(64))
    #: The desk device's own time, where it sent one.
    device_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class CheckInReversal(Model):
    """A check-in taken back: within ten seconds without a reason, later with one."""

    __tablename__ = "check_in_reversals"
    __table_args__ = (Index("uq_check_in_reversals_request", "event_id", "request_id", unique=True),)

    check_in_id: Mapped[int] = mapped_column(ForeignKey("check_ins.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    helper_id: Mapped[int | None] = mapped_column(ForeignKey("helper_links.id"))
    reason: Mapped[str | None] = mapped_column(String(500))
    #: The tap that took it back; none where an override was withdrawn.
    request_id: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class StandbyArrival(Model):
    """Somebody who waits, or whose place was given away, came to the desk. An undo keeps the row.

    They stand in the standby line while `version` is their enrollment's own: whatever moves it ends the standing.
    The order of arrivals is that of the ids. Written only by `services.places.standby`, under the event's lock.
    """

    __tablename__ = "standby_arrivals"
    __table_args__ = (
        partial_index("uq_standby_arrivals_standing", "enrollment_id", "version", where="left_at IS NULL", unique=True),
        Index("uq_standby_arrivals_request", "event_id", "request_id", unique=True),
        CheckConstraint("left_at IS NOT NULL OR (left_by_id IS NULL AND left_helper_id IS NULL)", name="left_has_time"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollments.id"), index=True)
    #: The enrollment's own at that moment.
    version: Mapped[int] = mapped_column()
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    desk: Mapped[str] = mapped_column(String(60), default="")
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    helper_id: Mapped[int | None] = mapped_column(ForeignKey("helper_links.id"))
    request_id: Mapped[str | None] = mapped_column(String(64))
    #: Taken out of the line at the desk.
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    left_helper_id: Mapped[int | None] = mapped_column(ForeignKey("helper_links.id"))


class HelperLink(Model):
    """A personal link to one event's desk; it ends with the event or when it is withdrawn."""

    __tablename__ = "helper_links"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    desk: Mapped[str] = mapped_column(String(60))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
