"""Who looks after whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from webapp.adapters.tokens import token_hash
from webapp.domain.event_life import EventStatus
from webapp.extensions import db
from webapp.models import Enrollment, Event, PersonClaim, User


@dataclass(frozen=True, slots=True)
class CaredFor:
    """Somebody who is looked after; `ahead`: places in events that are not over."""

    id: int
    name: str
    ahead: int
    has_link: bool


def cared_for_by(user_id: int, now: datetime) -> list[CaredFor]:
    """Everybody that person looks after, by name. One statement."""
    ahead = select(func.count()).where(
        Enrollment.user_id == User.id,
        Enrollment.is_ongoing,
        Event.id == Enrollment.event_id,
        Event.status == EventStatus.PUBLISHED,
        Event.effective_end_at > now,
        Event.deleted_at.is_(None),
    )
    has_link = exists().where(PersonClaim.user_id == User.id, is_open_claim(now))
    rows = db.session.execute(
        select(User.id, User.name, ahead.correlate(User).scalar_subquery(), has_link.correlate(User))
        .where(User.managed_by_id == user_id)
        .order_by(User.sort_name, User.id)
    )
    return [CaredFor(one, name, count, bool(linked)) for one, name, count, linked in rows]


def cared_for(session: Session, user_id: int, carer_id: int | None) -> Row | None:
    """`id, name` of somebody that person looks after; None for anybody else."""
    own = (User.id == user_id, User.managed_by_id == carer_id, User.managed_by_id.is_not(None))
    return session.execute(select(User.id, User.name).where(*own)).one_or_none()


def person_cared_for(user_id: int, carer_id: int | None) -> Row | None:
    """The same for a page."""
    return cared_for(db.session(), user_id, carer_id)


def carer_of(user_id: int) -> Row | None:
    """`id, name, email` of who looks after that person; None where nobody does."""
    carer = aliased(User)
    found = select(carer.id, carer.name, carer.email).join(User, User.managed_by_id == carer.id)
    return db.session.execute(found.where(User.id == user_id)).one_or_none()


def family_of(user_id: int) -> Sequence[Row]:
    """`id, name` of everybody that person looks after, by name."""
    own = select(User.id, User.name).where(User.managed_by_id == user_id)
    return db.session.execute(own.order_by(User.sort_name, User.id)).all()


def claim_by_token(token: str, now: datetime) -> Row | None:
    """`user_id, name, carer` of a link that still works."""
    carer = aliased(User)
    found = (
        select(PersonClaim.user_id, User.name, carer.name.label("carer"))
        .join(User, User.id == PersonClaim.user_id)
        .join(carer, carer.id == User.managed_by_id)
        .where(PersonClaim.token_hash == token_hash(token), is_open_claim(now))
    )
    return db.session.execute(found).one_or_none()


def is_open_claim(now: datetime) -> ColumnElement[bool]:
    """Whether a link was not used, replaced or outlived."""
    return and_(PersonClaim.ended_at.is_(None), PersonClaim.expires_at > now)
