"""What others see of a person: everybody on the profile, and organizations that were not the host."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, case, func, select

from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.domain.history import DECIDED
from webapp.extensions import db
from webapp.models import Enrollment, Event, User
from webapp.queries.page import Page, cut
from webapp.queries.people.record import Record, is_on_profile, is_shown_to_organizations, newest_first, records_of

PAGE_SIZE = 25
#: An organizer looks at a person, not through an archive.
MOST_ELSEWHERE = 20


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
    query = records_of(user_id, now).where(
        Event.organization_id != organization_id, is_shown_to_organizations(), User.anonymized_at.is_(None)
    )
    return tuple(Record(row) for row in db.session.execute(newest_first(query).limit(MOST_ELSEWHERE)))


@dataclass(frozen=True, slots=True)
class KnownHere:
    """What an organization itself recorded of a person: how often they came, of places that were decided."""

    attended: int
    decided: int


def known_here(user_id: int, organization_id: int, now: datetime) -> KnownHere:
    """The host always sees its own records, whatever the person shows to others."""
    attended = func.coalesce(func.sum(case((Enrollment.status == S.ATTENDED, 1), else_=0)), 0)
    query = records_of(user_id, now).where(
        Event.organization_id == organization_id, Enrollment.status.in_(sorted(DECIDED))
    )
    row = db.session.execute(query.with_only_columns(attended, func.count())).one()
    return KnownHere(attended=int(row[0]), decided=row[1])


def _profile(user_id: int, name: str, page: int, now: datetime) -> Profile:
    organizations = db.session.execute(_counted(user_id, now)).all()
    rows = db.session.execute(cut(newest_first(records_of(user_id, now)).where(is_on_profile()), page, PAGE_SIZE))
    total = sum(row.events for row in organizations)
    return Profile(name, organizations, Page([Record(row) for row in rows], total, page, PAGE_SIZE))


def _counted(user_id: int, now: datetime) -> Select:
    shown = records_of(user_id, now).where(is_on_profile()).subquery()
    each = (shown.c.organization_id, shown.c.organization_name, shown.c.organization_slug, shown.c.logo_digest)
    events = func.count()
    return (
        select(*each, events.label("events"))
        .group_by(*each)
        .order_by(events.desc(), shown.c.organization_name, shown.c.organization_id)
    )
