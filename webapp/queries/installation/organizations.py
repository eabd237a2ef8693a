"""Organizations as the operator sees them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import aliased

from webapp.domain.permission import Role
from webapp.domain.text import fold
from webapp.extensions import db
from webapp.models import Enrollment, Event, MemberRole, OperatorChange, Organization, User
from webapp.queries.page import Page, cut, nearest_page

PAGE_SIZE = 25
#: So many lines of a trail are shown.
MOST_LINES = 30
_LATELY = timedelta(days=30)


def organizations_page(query: str, number: int, *, now: datetime) -> Page[Row]:
    """By name, those whose name or slug contains these words; two statements."""
    fits = _fits(query)
    total = db.session.scalar(select(func.count()).select_from(Organization).where(*fits)) or 0
    number = nearest_page(number, total=total, size=PAGE_SIZE)
    rows = _listed(now).where(*fits).order_by(func.lower(Organization.name), Organization.id)
    return Page(db.session.execute(cut(rows, number, PAGE_SIZE)).all(), total, number, PAGE_SIZE)


def organization_of_operator(organization_id: int, *, now: datetime) -> Row | None:
    """One of them, with how many people ever had a place; None where there is none."""
    people = (
        select(func.count(Enrollment.user_id.distinct()))
        .join(Event, Event.id == Enrollment.event_id)
        .where(Event.organization_id == Organization.id)
        .correlate(Organization)
        .scalar_subquery()
    )
    upcoming = _events(Event.effective_end_at > now)
    query = _listed(now).add_columns(
        people.label("people"),
        upcoming.label("upcoming"),
        Organization.contact_email,
        Organization.suspended_because,
        Organization.created_at,
    )
    return db.session.execute(query.where(Organization.id == organization_id)).one_or_none()


def owners_of(organization_id: int) -> Sequence[Row]:
    """Its owners by name, and whether the address of each is proved."""
    return db.session.execute(
        select(User.id, User.name, User.email, User.address_proved_at.is_not(None).label("is_proved"))
        .join(MemberRole, MemberRole.user_id == User.id)
        .where(MemberRole.organization_id == organization_id, MemberRole.role == Role.OWNER)
        .order_by(User.sort_name, User.id)
    ).all()


def operator_trail(*, organization_id: int | None = None) -> Sequence[Row]:
    """The latest lines, newest first: of everything, or of one organization."""
    actor, person = aliased(User), aliased(User)
    query = (
        select(
            OperatorChange.kind,
            OperatorChange.before,
            OperatorChange.after,
            OperatorChange.reason,
            OperatorChange.at,
            actor.name.label("actor"),
            person.name.label("person"),
            Organization.name.label("organization"),
        )
        .join(actor, actor.id == OperatorChange.actor_id)
        .outerjoin(person, person.id == OperatorChange.user_id)
        .outerjoin(Organization, Organization.id == OperatorChange.organization_id)
        .order_by(OperatorChange.id.desc())
        .limit(MOST_LINES)
    )
    if organization_id is not None:
        query = query.where(OperatorChange.organization_id == organization_id)
    return db.session.execute(query).all()


def _listed(now: datetime) -> Select:
    owner = (
        select(func.min(User.name))
        .join(MemberRole, MemberRole.user_id == User.id)
        .where(MemberRole.organization_id == Organization.id, MemberRole.role == Role.OWNER)
        .correlate(Organization)
        .scalar_subquery()
    )
    return select(
        Organization.id,
        Organization.slug,
        Organization.name,
        Organization.suspended_at,
        owner.label("owner"),
        _events(Event.starts_at > now - _LATELY, Event.starts_at <= now).label("lately"),
    )


def _events(*which: ColumnElement[bool]) -> ColumnElement[int]:
    held = select(func.count()).where(
        Event.organization_id == Organization.id, Event.takes_place, Event.deleted_at.is_(None), *which
    )
    return held.correlate(Organization).scalar_subquery()


def _fits(query: str) -> tuple[ColumnElement[bool], ...]:
    words = [word for word in query.split()[:8] if fold(word).strip()]
    return tuple(
        or_(
            func.lower(Organization.name).contains(word.lower(), autoescape=True),
            Organization.slug.contains(fold(word), autoescape=True),
        )
        for word in words
    )
