"""Facilities of organizations: to choose from, to look after, and what is planned there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from webapp.domain.permission import Reach
from webapp.extensions import db
from webapp.models import ClassSession, Event, Facility, ProgramClass, Room
from webapp.queries.reach import within


@dataclass(frozen=True, slots=True)
class FacilityFacts:
    """A facility as its admins see it; `rooms` is how many it has."""

    id: int
    organization_id: int
    name: str
    address: str
    timezone: str
    accessibility: str
    archived_at: datetime | None
    version: int
    rooms: int


@dataclass(frozen=True, slots=True)
class Planned:
    """What still counts on a facility: events that are not over, and classes that are not finished."""

    events: int
    classes: int


def facilities_of(reach: Reach, *, including: Collection[int] = ()) -> Sequence[Row]:
    """Places to choose from: `id, name, timezone, organization_id`, by organization and name.

    Without those that were archived, except `including`: what is planned there already stays there.
    """
    return db.session.execute(
        select(Facility.id, Facility.name, Facility.timezone, Facility.organization_id)
        .where(
            within(reach, Facility.organization_id, Facility.id),
            Facility.archived_at.is_(None) | Facility.id.in_(list(including)),
        )
        .order_by(Facility.organization_id, Facility.name, Facility.id)
    ).all()


def facilities_by_name(organization_id: int) -> list[FacilityFacts]:
    """All of an organization's, archived ones last."""
    order = (Facility.archived_at.is_not(None), Facility.name, Facility.id)
    rows = db.session.execute(_facts().where(Facility.organization_id == organization_id).order_by(*order))
    return [FacilityFacts(*row) for row in rows]


def facility_facts(facility_id: int) -> FacilityFacts | None:
    """That facility, or None."""
    row = db.session.execute(_facts().where(Facility.id == facility_id)).one_or_none()
    return FacilityFacts(*row) if row else None


def planned_at(session: Session, facility_id: int, now: datetime) -> Planned:
    """What would be left without a place if nobody looked after the facility any more."""
    events = (
        Event.facility_id == facility_id,
        ~Event.is_frozen,
        Event.effective_end_at > now,
        Event.deleted_at.is_(None),
    )
    classes = (ProgramClass.facility_id == facility_id, ~ProgramClass.is_frozen)
    return Planned(
        events=session.scalar(select(func.count()).select_from(Event).where(*events)) or 0,
        classes=session.scalar(select(func.count()).select_from(ProgramClass).where(*classes)) or 0,
    )


def sessions_begun(session: Session, facility_id: int, now: datetime) -> int:
    """How many sessions of classes were held there, or are being held."""
    begun = (
        select(func.count())
        .select_from(ClassSession)
        .join(ProgramClass, ProgramClass.id == ClassSession.class_id)
        .where(ProgramClass.facility_id == facility_id, ClassSession.starts_at <= now)
    )
    return session.scalar(begun) or 0


def _facts():
    rooms = select(func.count()).where(Room.facility_id == Facility.id).correlate(Facility).scalar_subquery()
    return select(
        Facility.id,
        Facility.organization_id,
        Facility.name,
        Facility.address,
        Facility.timezone,
        Facility.accessibility,
        Facility.archived_at,
        Facility.version,
        rooms.label("rooms"),
    )
