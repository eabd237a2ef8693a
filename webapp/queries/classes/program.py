"""Programs for staff: the list, one of them, and what their forms choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Row, Select, SQLColumnExpression, and_, case, exists, func, select

from webapp.domain.permission import Reach
from webapp.extensions import db
from webapp.models import (
    ClassSession,
    Facility,
    Membership,
    Organization,
    Program,
    ProgramClass,
    ProgramFacility,
    Room,
    User,
)
from webapp.queries.page import FilteredPage, cut, nearest_page
from webapp.queries.reach import within
from webapp.queries.row_types import value_of

PAGE_SIZE = 50


class ProgramShow(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class ProgramFacts:
    """A program: the columns of its table in their order, the name of its organization, where it is offered."""

    id: int
    organization_id: int
    name: str
    description: str
    is_active: bool
    archived_at: datetime | None
    created_at: datetime
    request_id: str | None
    version: int
    organization_name: str
    facilities: tuple[Row, ...]

    @property
    def facility_ids(self) -> tuple[int, ...]:
        return tuple(sorted(one.id for one in self.facilities))


def list_programs(
    organization_ids: Sequence[int], *, show: ProgramShow | None = None, page: int = 1
) -> FilteredPage[Row, ProgramShow]:
    """By name, archived last: with `open_classes` and `facilities` (numbers of them). Two statements."""
    own = Program.organization_id.in_(organization_ids)
    sums = [func.coalesce(func.sum(case((_is(one), 1), else_=0)), 0) for one in ProgramShow]
    counted = db.session.execute(select(*sums).where(own)).one()
    counts = {one: int(number) for one, number in zip(ProgramShow, counted, strict=True)}
    matching = sum(counts.values())
    total = matching if show is None else counts[show]
    page = nearest_page(page, total=total, size=PAGE_SIZE)
    is_open = and_(ProgramClass.program_id == Program.id, ~ProgramClass.is_frozen)
    places = ProgramFacility.program_id == Program.id
    listed = (
        select(
            Program.id,
            Program.name,
            Program.is_active,
            Program.archived_at,
            Organization.name.label("organization_name"),
            select(func.count()).where(is_open).correlate(Program).scalar_subquery().label("open_classes"),
            select(func.count()).where(places).correlate(Program).scalar_subquery().label("facilities"),
        )
        .join(Organization, Organization.id == Program.organization_id)
        .where(own, *([_is(show)] if show else []))
        .order_by(case((Program.archived_at.is_(None), 0), else_=1), Program.name, Program.id)
    )
    rows = db.session.execute(cut(listed, page, PAGE_SIZE)).all()
    return FilteredPage(rows, total, page, PAGE_SIZE, counts=counts, matching=matching)


def program_by_id(program_id: int) -> ProgramFacts | None:
    """The program with that id, or None. Two statements."""
    row = db.session.execute(_programs().where(Program.id == program_id)).one_or_none()
    if row is None:
        return None
    places = db.session.execute(
        select(Facility.id, Facility.name, Facility.timezone, Facility.archived_at)
        .join(ProgramFacility, ProgramFacility.facility_id == Facility.id)
        .where(ProgramFacility.program_id == program_id)
        .order_by(Facility.name, Facility.id)
    ).all()
    return value_of(ProgramFacts, row, tuple(places))


def rooms_of(reach: Reach) -> Sequence[Row]:
    """Rooms by facility and name: `id, name, capacity, facility_id, facility_name, in_use`. One statement."""
    used = exists().where(ClassSession.room_id == Room.id).correlate(Room) | exists().where(
        ProgramClass.room_id == Room.id
    ).correlate(Room)
    return db.session.execute(
        select(
            Room.id,
            Room.name,
            Room.capacity,
            Room.facility_id,
            Facility.name.label("facility_name"),
            used.label("in_use"),
        )
        .join(Facility, Facility.id == Room.facility_id)
        .where(within(reach, Facility.organization_id, Facility.id))
        .order_by(Facility.name, Facility.id, Room.name, Room.id)
    ).all()


def place_of_room(room_id: int) -> Row[int, int] | None:
    """The organization and the facility of a room, or None."""
    query = select(Facility.organization_id, Facility.id).join(Room, Room.facility_id == Facility.id)
    return db.session.execute(query.where(Room.id == room_id)).one_or_none()


def team_of(organization_id: int) -> Sequence[Row]:
    """Who may teach: `id, name, email` of the organization's team, by name."""
    return db.session.execute(
        select(User.id, User.name, User.email)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organization_id == organization_id, User.disabled_at.is_(None))
        .order_by(User.name, User.id)
    ).all()


def _programs() -> Select:
    """The columns of `ProgramFacts`."""
    query = select(*Program.__table__.c, Organization.name.label("organization_name"))
    return query.join(Organization, Organization.id == Program.organization_id)


def _is(show: ProgramShow) -> SQLColumnExpression[bool]:
    return {
        ProgramShow.ACTIVE: Program.is_active,
        ProgramShow.INACTIVE: and_(~Program.is_active, Program.archived_at.is_(None)),
        ProgramShow.ARCHIVED: Program.archived_at.is_not(None),
    }[show]
