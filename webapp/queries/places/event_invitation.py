"""Who was invited to an event, and one invitation as the person sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import Row, func, select
from sqlalchemy.orm import aliased

from webapp.adapters.signed_link import LinkPurpose, read
from webapp.domain.places.event_invitation import InvitationStatus, answers_until
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.models import EventInvitation, User
from webapp.queries.events.event import EventFacts, StoredEvent, event_by_id

#: Of one event that are listed.
MOST_LISTED = 500
_INVITER = aliased(User)


@dataclass(frozen=True, slots=True)
class Invited:
    """One invitation with its event. `until`: when it can be answered no longer."""

    id: int
    status: InvitationStatus
    event: EventFacts
    until: datetime


def invitation_of_link(token: str, now: datetime) -> Invited:
    """What a mailed link opens; two statements. Raises Refused: `link_invalid`, `link_expired`, `not_found`."""
    keys = current_app.extensions["settings"].secret_keys
    claims = read(keys, LinkPurpose.INVITATION, token, now)
    row = db.session.execute(
        select(*EventInvitation.__table__.c).where(EventInvitation.id == claims.get("invitation"))
    ).one_or_none()
    event = event_by_id(row.event_id) if row is not None else None
    if row is None or event is None:
        raise Refused("not_found")
    return Invited(row.id, InvitationStatus(row.status), event, invitation_until(event, row))


def invitation_until(event: StoredEvent, row: Row) -> datetime:
    """Until when an invitation to that event is answered; `row`: `expires_at, created_at, mailed_again_at`."""
    return answers_until(
        row.expires_at,
        asked_at=row.mailed_again_at or row.created_at,
        closes_at=event.enrollment_closes_at,
        starts_at=event.starts_at,
    )


def answers_of(event_id: int) -> dict[str, int]:
    """How many invitations came to what, by status."""
    counted = select(EventInvitation.status, func.count()).where(EventInvitation.event_id == event_id)
    return {row[0]: row[1] for row in db.session.execute(counted.group_by(EventInvitation.status))}


def invitations_of(event_id: int) -> Sequence[Row]:
    """Who was invited, those who have not answered first: `id, user_id, name, email, status, created_at, ended_at,
    expires_at, mails, mailed_again_at, by_name`.
    """
    own = EventInvitation
    return db.session.execute(
        select(
            own.id, own.user_id, User.name, User.email, own.status, own.created_at, own.ended_at,
            own.expires_at, own.mails, own.mailed_again_at,
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
