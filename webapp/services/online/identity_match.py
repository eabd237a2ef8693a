"""Whose an identity is that names no account: said by staff, and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, exists, insert, or_, select
from sqlalchemy.orm import Session

from webapp.domain.event_life import EventStatus
from webapp.domain.online.identity import user_id_of
from webapp.domain.permission import Actor
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_prose
from webapp.models import IdentityMatch, IdentityMatchChange, MeetingSession, Stay, User
from webapp.queries.online.session_calculation import people_among, rosters
from webapp.queries.online.session_owner import SessionOwner, belongs_to, is_session_of
from webapp.services.online.session_attendance import reopen_sessions
from webapp.services.online.session_lock import lock_owner
from webapp.services.places.seats import LockedEvent
from webapp.services.unit_of_work import write_transaction

REASON_LIMIT = 500
_MATCH = IdentityMatch.__table__


@dataclass(frozen=True, slots=True)
class _Said:
    """Why, by whom and when."""

    why: str
    actor: Actor
    at: datetime


def match_identity(
    *, owner: SessionOwner, identity: str, user_id: int, reason: str, actor: Actor, now: datetime
) -> Sequence[int]:
    """From now on that identity is this person, in all sessions of the event or class; returns those it concerns.

    They are due for calculation again. Said twice it is said once: nothing is concerned then.
    Raises Refused: `not_found`, `event_frozen`, `class_frozen`, `identity_unknown` (nobody came under it),
    `identity_known` (an account's own), `not_on_roster`, `identity_matched` (somebody else's since), and of the
    reason `text_missing`, `text_too_long`, `text_broken`.
    """
    why = clean_prose(reason, limit=REASON_LIMIT, field="reason", required=True)
    with write_transaction() as session:
        _require_open(session, owner)
        concerned = _sessions_with(session, owner, identity)
        if not concerned:
            raise Refused("identity_unknown")
        if people_among(session, [number] if (number := user_id_of(identity)) is not None else []):
            raise Refused("identity_known")
        before = session.execute(_match(owner, identity)).one_or_none()
        if before is not None and before.user_id == user_id:
            return []
        if before is not None:
            raise Refused("identity_matched", name=before.name)
        _require_place(session, concerned, user_id)
        values = {**owner._asdict(), "identity": identity, "user_id": user_id}
        session.execute(insert(_MATCH).values(**values, matched_by_id=actor.user_id, matched_at=now))
        _keep(session, owner, identity, user_id, is_match=True, said=_Said(why, actor, now))
        reopen_sessions(session, concerned)
        return concerned


def unmatch_identity(*, owner: SessionOwner, identity: str, reason: str, actor: Actor, now: datetime) -> Sequence[int]:
    """Take a match back; returns the sessions it concerns, which are due again. Without a match nothing happens.

    Raises Refused: `not_found`, `event_frozen`, `class_frozen`, and of the reason as `match_identity`.
    """
    why = clean_prose(reason, limit=REASON_LIMIT, field="reason", required=True)
    with write_transaction() as session:
        _require_open(session, owner)
        before = session.execute(_match(owner, identity)).one_or_none()
        if before is None:
            return []
        session.execute(delete(_MATCH).where(belongs_to(IdentityMatch, owner), _MATCH.c.identity == identity))
        _keep(session, owner, identity, before.user_id, is_match=False, said=_Said(why, actor, now))
        concerned = _sessions_with(session, owner, identity)
        reopen_sessions(session, concerned)
        return concerned


def _keep(session: Session, owner: SessionOwner, identity: str, user_id: int, *, is_match: bool, said: _Said) -> None:
    """The trail of it."""
    values = {**owner._asdict(), "identity": identity, "user_id": user_id, "is_match": is_match}
    who = {"reason": said.why, "actor_id": said.actor.user_id, "at": said.at}
    session.execute(insert(IdentityMatchChange).values(**values, **who))


def _require_open(session: Session, owner: SessionOwner) -> None:
    """The owner's lock; what was called off is not measured any more."""
    locked = lock_owner(session, owner)
    if locked.row.status == EventStatus.CANCELLED:
        raise Refused("event_frozen" if isinstance(locked, LockedEvent) else "class_frozen", status=locked.row.status)


def _require_place(session: Session, session_ids: Sequence[int], user_id: int) -> None:
    """Somebody with a place in one of these sessions."""
    if user_id not in {expected for _, expected in rosters(session, session_ids)}:
        raise Refused("not_on_roster")


def _sessions_with(session: Session, owner: SessionOwner, identity: str) -> Sequence[int]:
    """Sessions of the owner in whose room that identity was during their time, as far as it is known."""
    was_in = exists().where(
        Stay.room_name == MeetingSession.room_name,
        Stay.identity == identity,
        Stay.joined_at < MeetingSession.ends_at,
        or_(Stay.left_at.is_(None), Stay.left_at > MeetingSession.starts_at),
    )
    query = select(MeetingSession.id).where(is_session_of(owner), MeetingSession.cancelled_at.is_(None), was_in)
    return session.scalars(query.order_by(MeetingSession.id)).all()


def _match(owner: SessionOwner, identity: str) -> Select[int, str | None]:
    return (
        select(IdentityMatch.user_id, User.name)
        .join(User, User.id == IdentityMatch.user_id)
        .where(belongs_to(IdentityMatch, owner), IdentityMatch.identity == identity)
    )
