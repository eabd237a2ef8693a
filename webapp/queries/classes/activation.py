"""What five o'clock will begin, and at which facilities it is due: asked by the job and by its forecast alike."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, and_, func, select
from sqlalchemy.orm import Session

from webapp.domain.classes.activation import FORECAST_DAYS, Morning, due_morning, morning_of, next_morning
from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus
from webapp.domain.classes.program_class import ClassStatus
from webapp.domain.event_days import known_timezones, local_date, require_timezone
from webapp.domain.permission import SYSTEM_USER_ID, Reach
from webapp.extensions import db
from webapp.models import (
    ClassEnrollment,
    ClassSession,
    Facility,
    FacilityActivation,
    Organization,
    Program,
    ProgramClass,
    User,
)
from webapp.queries.classes.surroundings import NAMES, with_surroundings
from webapp.queries.reach import class_within, within
from webapp.queries.row_types import value_of

_CLASS, _ENROLLMENT = ProgramClass.__table__.c, ClassEnrollment.__table__.c
#: So many classes are listed at once.
MOST_LISTED = 300


@dataclass(frozen=True, slots=True)
class DueFacility:
    """A facility whose five-o'clock has come and was not done."""

    id: int
    timezone: str
    morning: Morning


def begins_on(local_on: date) -> ColumnElement[bool]:
    """`domain.activation.is_activated` as SQL; add the facility."""
    return and_(_CLASS.status == ClassStatus.SCHEDULED, _CLASS.archived_at.is_(None), _CLASS.starts_on <= local_on)


def is_unstamped() -> ColumnElement[bool]:
    """Whose `enrolled_at` an activation sets: enrolled, and still empty."""
    return and_(_ENROLLMENT.status == ClassEnrollmentStatus.ENROLLED, _ENROLLMENT.enrolled_at.is_(None))


def people_to_stamp() -> ScalarSelect[int]:
    """How many those are in the class of the row."""
    unstamped = select(func.count()).where(_ENROLLMENT.class_id == _CLASS.id, is_unstamped())
    return unstamped.correlate(ProgramClass.__table__).scalar_subquery()


def has_system_account(session: Session) -> bool:
    """Whether there is somebody in whose name automatic changes are made."""
    return session.scalar(select(User.id).where(User.id == SYSTEM_USER_ID, User.is_system)) is not None


def system_is_there() -> bool:
    """`has_system_account`, for a page."""
    return has_system_account(db.session())


def facilities_due(now: datetime) -> list[DueFacility]:
    """Every facility whose last five-o'clock was not done, by id. Two statements. Unknown zones have none."""
    done = _dates_done(now)
    rows = db.session.execute(select(Facility.id, Facility.timezone).order_by(Facility.id))
    found = (_due(row, now, done.get(row.id, set())) for row in rows)
    return [facility for facility in found if facility is not None]


def zones_in_use() -> list[str]:
    """The known timezones of all facilities."""
    return [zone for zone in db.session.scalars(select(Facility.timezone).distinct()) if zone in known_timezones()]


def first_morning_after(now: datetime, zones: Sequence[str]) -> datetime:
    """When it is five o'clock somewhere next (in UTC, where there is no facility yet)."""
    return min(next_morning(now, zone).at for zone in (zones or ["UTC"]))


def facility_dates(now: datetime, facility_id: int | None = None) -> dict[int, date]:
    """The local date of every facility that has a class which may begin, or of that one; by id, in order.

    Raises `unknown_timezone` for that one; of all of them, those are left out.
    """
    query = select(Facility.id, Facility.timezone).order_by(Facility.id)
    if facility_id is not None:
        query = query.where(Facility.id == facility_id)
    else:
        # Nowhere is the date further than the one after UTC's.
        waiting = select(_CLASS.facility_id).where(begins_on(now.date() + timedelta(days=1)))
        query = query.where(Facility.id.in_(waiting), Facility.timezone.in_(zones_in_use()))
    return {row.id: local_date(now, require_timezone(row.timezone).key) for row in db.session.execute(query)}


def classes_waiting(now: datetime) -> list[tuple[DueFacility, int]]:
    """Facilities whose five-o'clock is due, with how many classes wait for it; those without one are left out."""
    due = {facility.id: facility for facility in facilities_due(now)}
    if not due:
        return []
    latest = max(facility.morning.local_on for facility in due.values())
    counted: dict[int, int] = defaultdict(int)
    for row in db.session.execute(select(_CLASS.facility_id, _CLASS.starts_on).where(begins_on(latest))):
        facility = due.get(row.facility_id)
        if facility is not None and row.starts_on <= facility.morning.local_on:
            counted[facility.id] += 1
    return [(due[facility_id], classes) for facility_id, classes in sorted(counted.items())]


@dataclass(frozen=True, slots=True)
class ComingClass:
    """A class that a coming five-o'clock begins; `people` get their `enrolled_at`."""

    id: int
    title: str
    starts_on: date
    ends_on: date
    capacity: int
    waiting_count: int
    people: int
    program_is_active: bool
    facility_id: int
    timezone: str
    facility_name: str
    program_name: str
    organization_name: str
    sessions: int
    #: None where the facility's zone is unknown: then it never begins.
    morning: Morning | None


def coming_classes(now: datetime, reach: Reach) -> tuple[list[ComingClass], int]:
    """What begins within `FORECAST_DAYS`, soonest first, and how many that are in all (listed: `MOST_LISTED`).

    Asked with the job's own condition, of the last local date that there is by then.
    """
    horizon = now + timedelta(days=FORECAST_DAYS)
    until = begins_on(horizon.date() + timedelta(days=1))
    rows = db.session.execute(_coming().where(class_within(reach), until).order_by(_CLASS.starts_on, _CLASS.id))
    done = _dates_done(now)
    coming = [value_of(ComingClass, row, _morning_of(row, now, done.get(row.facility_id, set()))) for row in rows]
    near = [one for one in coming if one.morning is None or one.morning.at <= horizon]
    # First what cannot begin, then by time.
    near.sort(key=lambda one: (one.morning.at if one.morning else now, one.facility_id, one.id))
    return near[:MOST_LISTED], len(near)


def _coming() -> Select:
    """The columns of `ComingClass`."""
    columns = select(
        _CLASS.id,
        _CLASS.title,
        _CLASS.starts_on,
        _CLASS.ends_on,
        _CLASS.capacity,
        _CLASS.waiting_count,
        people_to_stamp().label("people"),
        Program.is_active.label("program_is_active"),
        Facility.id.label("facility_id"),
        *NAMES,
        select(func.count()).where(ClassSession.class_id == _CLASS.id).scalar_subquery().label("sessions"),
    )
    return with_surroundings(columns.select_from(ProgramClass))


@dataclass(frozen=True, slots=True)
class FacilityClock:
    """A facility, and whether its timezone is known."""

    id: int
    name: str
    timezone: str
    organization_name: str

    @property
    def is_known(self) -> bool:
        return self.timezone in known_timezones()


def facilities_of(reach: Reach) -> list[FacilityClock]:
    """The facilities that are reached, with their zones."""
    query = (
        select(Facility.id, Facility.name, Facility.timezone, Organization.name.label("organization_name"))
        .join(Organization, Organization.id == Facility.organization_id)
        .where(within(reach, Facility.organization_id, Facility.id))
        .order_by(Organization.name, Facility.name, Facility.id)
    )
    return [FacilityClock(*row) for row in db.session.execute(query)]


def _dates_done(now: datetime) -> Mapping[int, set[date]]:
    """Per facility the dates near now whose five-o'clock was done."""
    found: dict[int, set[date]] = defaultdict(set)
    near = (now.date() - timedelta(days=4), now.date() + timedelta(days=4))
    query = select(Facility.id, FacilityActivation.local_on).join(
        FacilityActivation,
        and_(FacilityActivation.facility_id == Facility.id, FacilityActivation.local_on.between(*near)),
    )
    for row in db.session.execute(query):
        found[row.id].add(row.local_on)
    return found


def _due(row: Row, now: datetime, done: set[date]) -> DueFacility | None:
    if row.timezone not in known_timezones():
        return None
    morning = due_morning(now, row.timezone, done)
    return None if morning is None else DueFacility(row.id, row.timezone, morning)


def _morning_of(row: Row, now: datetime, done: set[date]) -> Morning | None:
    if row.timezone not in known_timezones():
        return None
    missed = due_morning(now, row.timezone, done)
    if missed is not None and row.starts_on <= missed.local_on:
        return missed
    return morning_of(row.starts_on, now, row.timezone)
