"""People whom staff adds to an event: files that are read in the background, and people who are asked first."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.permission import Trigger
from webapp.domain.places.event_invitation import InvitationStatus
from webapp.domain.places.lists.people_import import ImportStatus
from webapp.extensions import Model
from webapp.models.columns import BigId, UtcDateTime, one_of, partial_index


class PeopleImport(Model):
    """One file for one event. Its bytes are gone when it is done, or a day after it came."""

    __tablename__ = "people_imports"
    __table_args__ = (
        one_of("status", ImportStatus, "status"),
        one_of("acts_as", Trigger, "acts_as"),
        partial_index("uq_people_imports_running", "event_id", where="status = 'running'", unique=True),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    #: As whom the person acts in the trail.
    acts_as: Mapped[str] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(120))
    status: Mapped[str] = mapped_column(String(20), default=ImportStatus.UPLOADED)
    #: Which column is what, said by hand (`read_guest_list`).
    named: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    is_stop_asked: Mapped[bool] = mapped_column(default=False)
    #: Lines of the file that are about people, and those that were read so far.
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    #: Lines by what became of them (`guest_import.Result`).
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: Why it failed: the code of a refusal.
    error: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The last column: SQLite walks through a large value to reach what stands after it.
    data: Mapped[bytes | None] = mapped_column(LargeBinary)


class PeopleImportLine(Model):
    """A line that came to no place: what it says, and why."""

    __tablename__ = "people_import_lines"

    import_id: Mapped[int] = mapped_column(ForeignKey("people_imports.id"), primary_key=True)
    #: The line of the file it begins on.
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(254), index=True)
    result: Mapped[str] = mapped_column(String(20))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class EventInvitation(Model):
    """It holds no seat: a yes takes a free one, or joins the line."""

    __tablename__ = "event_invitations"
    __table_args__ = (
        one_of("status", InvitationStatus, "status"),
        partial_index(
            "uq_event_invitations_open", "event_id", "user_id", where="status IN ('open', 'maybe')", unique=True
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    status: Mapped[str] = mapped_column(String(20), default=InvitationStatus.OPEN)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When the last answer was given, or it was withdrawn.
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Until when it is answered; None: as long as enrollment is open (`domain.places.event_invitation.answers_until`).
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: How many mails were written about it, and when the last one after the first.
    mails: Mapped[int] = mapped_column(default=1, server_default="1")
    mailed_again_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
