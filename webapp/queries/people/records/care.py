"""Who looks after whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import ColumnElement, Row, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from webapp.adapters.signed_link import LinkPurpose, read
from webapp.adapters.tokens import token_hash
from webapp.domain.event_life import EventStatus
from webapp.domain.people.care import AskStatus
from webapp.domain.places.party import GuestName
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.models import CareRequest, Enrollment, Event, Organization, PersonClaim, User
from webapp.queries.row_types import value_of


@dataclass(frozen=True, slots=True)
class CaredFor:
    """Somebody who is looked after; `ahead`: places in events that are not over."""

    id: int
    name: str
    is_guest: bool
    ahead: int
    has_link: bool


def cared_for_by(user_id: int, now: datetime) -> list[CaredFor]:
    """Everybody that person looks after, by name, but for heads of parties who have none. One statement."""
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
        select(User.id, User.name, is_guest(), ahead.correlate(User).scalar_subquery(), has_link.correlate(User))
        .where(User.managed_by_id == user_id, func.coalesce(User.guest_name, "") != GuestName.UNNAMED)
        .order_by(User.sort_name, User.id)
    )
    return [CaredFor(one, name, bool(guest), count, bool(linked)) for one, name, guest, count, linked in rows]


def is_guest() -> ColumnElement[bool]:
    """Whether the `User` came as a head of a party: such people take no room of those somebody looks after."""
    return User.guest_name.is_not(None)


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


@dataclass(frozen=True, slots=True)
class AskedAbout:
    """A question whether somebody looks after a person."""

    id: int
    status: str
    carer_id: int
    name: str
    carer: str
    organization_name: str
    contact_email: str
    created_at: datetime
    expires_at: datetime


def care_request_of_link(token: str, now: datetime) -> AskedAbout:
    """What a mailed link opens. Raises Refused: `link_invalid`, `link_expired`, `not_found`."""
    keys = current_app.extensions["settings"].secret_keys
    claims = read(keys, LinkPurpose.CARE, token, now)
    found = _asked_about(CareRequest.id == claims.get("request"))
    if not found:
        raise Refused("not_found")
    return found[0]


def open_requests_to(carer_id: int, now: datetime) -> list[AskedAbout]:
    """What that person was asked and can still answer."""
    return _asked_about(CareRequest.carer_id == carer_id, *_is_open_request(now))


def open_request_about(user_id: int, organization_id: int, now: datetime) -> AskedAbout | None:
    """What staff of that organization asked about the person, and nobody answered yet."""
    own = (CareRequest.user_id == user_id, CareRequest.organization_id == organization_id)
    return next(iter(_asked_about(*own, *_is_open_request(now))), None)


def _asked_about(*conditions: ColumnElement[bool]) -> list[AskedAbout]:
    carer = aliased(User)
    rows = db.session.execute(
        select(
            CareRequest.id,
            CareRequest.status,
            CareRequest.carer_id,
            User.name,
            carer.name,
            Organization.name,
            Organization.contact_email,
            CareRequest.created_at,
            CareRequest.expires_at,
        )
        .join(User, User.id == CareRequest.user_id)
        .join(carer, carer.id == CareRequest.carer_id)
        .join(Organization, Organization.id == CareRequest.organization_id)
        .where(*conditions)
        .order_by(CareRequest.id)
    )
    return [value_of(AskedAbout, row) for row in rows]


def _is_open_request(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return CareRequest.status == AskStatus.OPEN, CareRequest.expires_at > now


def is_open_claim(now: datetime) -> ColumnElement[bool]:
    """Whether a link was not used, replaced or outlived."""
    return and_(PersonClaim.ended_at.is_(None), PersonClaim.expires_at > now)
