"""Personal links to one event's desk: made, withdrawn, and ended with the event."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, update
from sqlalchemy.orm import Session

from webapp.adapters.qr import QrPicture, qr_picture
from webapp.adapters.tokens import new_token, token_hash
from webapp.domain.desk.helper_link import helper_link_ends_at
from webapp.domain.event_life import EventStatus
from webapp.domain.permission import Actor, Permission
from webapp.domain.refusal import Refused
from webapp.models import HelperLink
from webapp.services.places.seats import LockedEvent, lock_event
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import write_transaction

_LINK = HelperLink.__table__


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link as it is shown once: only the hash of its token is kept."""

    link_id: int
    token: str
    expires_at: datetime


def create_helper_link(*, event_id: int, name: str, desk: str, actor: Actor, now: datetime) -> NewLink:
    """Make a link for this helper at this desk; one they had for it before is withdrawn.

    Replacing makes a second press of the button harmless: the link that is shown works.
    Raises Refused: `not_found`, `event_closed`, `not_published`, `event_over`.
    """
    token = new_token()
    with write_transaction() as session:
        locked = _lock(session, event_id, actor)
        if locked.row.status != EventStatus.PUBLISHED:
            raise Refused("event_closed" if locked.row.status == EventStatus.COMPLETED else "not_published")
        expires_at = helper_link_ends_at(locked.row.effective_end_at)
        if expires_at <= now:
            raise Refused("event_over")
        same = (_LINK.c.event_id == event_id, _LINK.c.name == name, _LINK.c.desk == desk)
        session.execute(update(_LINK).where(*same, _LINK.c.revoked_at.is_(None)).values(revoked_at=now))
        link_id = session.scalar(
            insert(_LINK)
            .values(
                event_id=event_id,
                name=name,
                desk=desk,
                token_hash=token_hash(token),
                created_by_id=actor.user_id,
                created_at=now,
                expires_at=expires_at,
            )
            .returning(_LINK.c.id)
        )
    return NewLink(link_id, token, expires_at)


def withdraw_helper_link(*, event_id: int, link_id: int, actor: Actor, now: datetime) -> None:
    """End a link now; ending it twice changes nothing. Raises `not_found`."""
    with write_transaction() as session:
        _lock(session, event_id, actor)
        own = (_LINK.c.id == link_id, _LINK.c.event_id == event_id)
        ended = rows_changed(
            session, update(_LINK).where(*own).values(revoked_at=func.coalesce(_LINK.c.revoked_at, now))
        )
        if ended == 0:
            raise Refused("not_found")


def _lock(session: Session, event_id: int, actor: Actor) -> LockedEvent:
    """The event of a link, for who runs it. Raises `not_found`."""
    locked = lock_event(session, event_id)
    if not actor.can(Permission.MANAGE_EVENTS, locked.row.organization_id, locked.row.facility_id):
        raise Refused("not_found")
    return locked


def link_picture(address: str) -> QrPicture:
    """The address as a QR picture, to be opened with a helper's own phone."""
    return qr_picture(address)


def move_helper_expiry(session: Session, event_id: int, effective_end_at: datetime) -> None:
    """Let the links of an event whose times were edited end with it again."""
    expires_at = helper_link_ends_at(effective_end_at)
    session.execute(update(_LINK).where(_LINK.c.event_id == event_id).values(expires_at=expires_at))
