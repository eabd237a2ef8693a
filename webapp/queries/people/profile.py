"""What others see of a person: everybody on the profile, and organizations that were not the host."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Row, Select, and_, bindparam, case, func, select

from webapp.extensions import db
from webapp.models import Enrollment, Event, Organization, User
from webapp.queries.page import Page
from webapp.queries.parameters import built_once, page_of, reader_at
from webapp.queries.people.record import (
    Record,
    by_organization,
    is_on_profile,
    is_shown_to_organizations,
    past,
    shown_page,
)
from webapp.queries.row_types import value_of

PAGE_SIZE = 25
#: An organizer looks at a person, not through an archive.
MOST_ELSEWHERE = 20
_ORGANIZATION = bindparam("organization", type_=Event.organization_id.type)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person shows to everybody, a page of it. Every count is of what is shown, so none tells of more."""

    name: str
    organizations: Sequence[Row]
    records: Page[Record]


def profile_of_handle(handle: str, *, page: int, now: datetime) -> Profile | None:
    """The public profile under that address, or None: unknown, disabled and deleted are all the same."""
    row = db.session.execute(
        select(User.id, User.name).where(
            User.handle == handle,
            User.disabled_at.is_(None),
            User.anonymized_at.is_(None),
            User.is_system.is_(False),
        )
    ).one_or_none()
    return _profile(row.id, row.name, page, now) if row else None


def profile_of_person(user_id: int, *, page: int, now: datetime) -> Profile:
    """The same for its owner, who may look at it before it has an address."""
    name = db.session.scalars(select(User.name).where(User.id == user_id)).one()
    return _profile(user_id, name, page, now)


def records_elsewhere(user_id: int, organization_id: int, now: datetime) -> tuple[Record, ...]:
    """What an organization may know of the person's presence at others, newest first."""
    asked = reader_at(user_id, now) | page_of(1, MOST_ELSEWHERE) | {"organization": organization_id}
    return tuple(value_of(Record, row) for row in db.session.connection().execute(_elsewhere(), asked))


@dataclass(frozen=True, slots=True)
class KnownHere:
    """What an organization itself recorded of a person: how often they came, of places that were decided."""

    attended: int
    decided: int


def known_here(user_id: int, organization_id: int, now: datetime) -> KnownHere:
    """The host always sees its own records, whatever the person shows to others."""
    asked = reader_at(user_id, now) | {"organization": organization_id}
    row = db.session.connection().execute(_known_here(), asked).one()
    return KnownHere(attended=int(row[0]), decided=row[1])


def _profile(user_id: int, name: str, page: int, now: datetime) -> Profile:
    whose, connection = reader_at(user_id, now), db.session.connection()
    organizations = connection.execute(_counted(), whose).all()
    rows = connection.execute(_on_profile(), whose | page_of(page, PAGE_SIZE))
    total = sum(row.events for row in organizations)
    return Profile(name, organizations, Page([value_of(Record, row) for row in rows], total, page, PAGE_SIZE))


@cache
def _elsewhere() -> Select:
    is_elsewhere = Event.organization_id != _ORGANIZATION
    return built_once(shown_page(and_(is_elsewhere, is_shown_to_organizations(), User.anonymized_at.is_(None))))


@cache
def _known_here() -> Select:
    attended = func.coalesce(func.sum(case((Enrollment.is_attended, 1), else_=0)), 0)
    here = past().where(Event.organization_id == _ORGANIZATION, Enrollment.is_decided)
    return built_once(here.with_only_columns(attended, func.count()))


@cache
def _on_profile() -> Select:
    return built_once(shown_page(is_on_profile()))


@cache
def _counted() -> Select:
    counted = by_organization(past().where(is_on_profile()), func.count().label("events"))
    most_first = counted.selected_columns.events.desc()
    return built_once(counted.order_by(most_first, Organization.name, Organization.id))
