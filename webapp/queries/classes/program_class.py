"""One class with its program, place and people's counters, as a value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, Select, select

from webapp.domain.classes.program_class import FROZEN, RUNNING, ClassStatus
from webapp.extensions import db
from webapp.models import ClassChange, Program, ProgramClass, Room, User
from webapp.queries.classes.surroundings import NAMES, with_surroundings
from webapp.queries.row_types import value_of
from webapp.queries.trail_entries import entries


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """Everything a page or a rule asks of one class: the columns of `class_facts` in their order."""

    id: int
    program_id: int
    organization_id: int
    facility_id: int
    title: str
    search_text: str
    description: str
    instructor_id: int | None
    room_id: int | None
    status: str
    capacity: int
    has_waitlist: bool
    #: Local dates of the facility, both included.
    starts_on: date
    ends_on: date
    required_percent: int
    seats_taken: int
    waiting_count: int
    last_waitlist_position: int
    #: Of the seats taken, those beyond the capacity.
    seats_over: int
    activated_at: datetime | None
    completed_at: datetime | None
    cancelled_at: datetime | None
    archived_at: datetime | None
    created_at: datetime
    updated_by_id: int | None
    request_id: str | None
    version: int
    #: Of the facility.
    timezone: str
    facility_name: str
    program_name: str
    organization_name: str
    program_is_active: bool
    program_archived_at: datetime | None
    room_name: str | None
    instructor_name: str | None

    @property
    def stands(self) -> ClassStatus:
        """The status as its enum."""
        return ClassStatus(self.status)

    @property
    def is_frozen(self) -> bool:
        return self.stands in FROZEN

    @property
    def is_running(self) -> bool:
        return self.stands in RUNNING

    @property
    def free_seats(self) -> int:
        """Seats nobody has."""
        return max(self.capacity - self.seats_taken, 0)


def class_facts() -> Select:
    """The select behind `ClassFacts`; add a condition and make each row a value."""
    columns = select(
        *ProgramClass.__table__.c,
        *NAMES,
        Program.is_active.label("program_is_active"),
        Program.archived_at.label("program_archived_at"),
        Room.name.label("room_name"),
        User.name.label("instructor_name"),
    )
    with_room = with_surroundings(columns).outerjoin(Room, Room.id == ProgramClass.room_id)
    return with_room.outerjoin(User, User.id == ProgramClass.instructor_id)


def class_by_id(class_id: int) -> ClassFacts | None:
    """The class with that id in any status, archived or not; or None. One statement."""
    row = db.session.execute(class_facts().where(ProgramClass.id == class_id)).one_or_none()
    return value_of(ClassFacts, row) if row else None


def class_trail(class_id: int) -> Sequence[Row]:
    """Every change of the class, newest first: its columns and `actor_name`. One statement."""
    changes = entries(ClassChange).where(ClassChange.class_id == class_id)
    return db.session.execute(changes.order_by(ClassChange.version.desc())).all()
