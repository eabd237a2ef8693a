"""Who was invited to an event, and one invitation as the person sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import Row, select
from sqlalchemy.orm import aliased

from webapp.adapters.signed_link import LinkPurpose, read
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.models import Event, EventInvitation, Facility, Organization, User
from webapp.queries.row_types import value_of

#: Of one event that are listed.
MOST_LISTED = 500
_INVITER = aliased(User)


@dataclass(frozen=True, slots=True)
class Invited:
    """One invitation with its event."""

    id: int
    status: str
    user_id: int
    event_id: int
    title: str
    slug: str
    timezone: str
    starts_at: datetime
    ends_at: datetime | None
    place: str
    facility_name: str
    organization_name: str
    contact_email: str


def invitation_of_link(token: str, now: datetime) -> Invited:
    """What a mailed link opens. Raises Refused: `link_invalid`, `link_expired`, `not_found`."""
    keys = current_app.extensions["settings"].secret_keys
    claims = read(keys, LinkPurpose.INVITATION, token, now)
    row = db.session.execute(
        select(
            EventInvitation.id,
            EventInvitation.status,
            EventInvitation.user_id,
            Event.id,
            Event.title,
            Event.slug,
            Event.timezone,
            Event.starts_at,
            Event.ends_at,
            Event.place,
            Facility.name,
            Organization.name,
            Organization.contact_email,
        )
        .join(Event, Event.id == EventInvitation.event_id)
        .join(Facility, Facility.id == Event.facility_id)
        .join(Organization, Organization.id == Event.organization_id)
        .where(EventInvitation.id == claims.get("invitation"), Event.deleted_at.is_(None))
    ).one_or_none()
    if row is None:
        raise Refused("not_found")
    return value_of(Invited, row)


def invitations_of(event_id: int) -> Sequence[Row]:
    """Who was invited, those who have not answered first: `id, user_id, name, email, status, created_at, ended_at,
    by_name`.
    """
    own = EventInvitation
    return db.session.execute(
        select(
            own.id, own.user_id, User.name, User.email, own.status, own.created_at, own.ended_at,
            _INVITER.name.label("by_name"),
        )
        .join(User, User.id == own.user_id)
        .join(_INVITER, _INVITER.id == own.invited_by_id)
        .where(own.event_id == event_id)
        .order_by(own.ended_at.is_not(None), own.id.desc())
        .limit(MOST_LISTED)
    ).all()  # fmt: skip


def event_of_invitation(invitation_id: int) -> int | None:
    """Which event it is to."""
    return db.session.scalar(select(EventInvitation.event_id).where(EventInvitation.id == invitation_id))
