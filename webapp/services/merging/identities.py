"""Rooms in which somebody was under the row that went: staff's word for whose an identity is says it from then on."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from webapp.domain.online.identity import identity_for
from webapp.domain.permission import Actor
from webapp.models import IdentityMatch, IdentityMatchChange, MeetingSession, Stay
from webapp.queries.online.session_owner import class_id_of
from webapp.services.insertion import insert_unless_there
from webapp.services.merging.moving import Offerings

_MATCH = IdentityMatch.__table__
MERGED, UNDONE = "Two records of one person were merged", "The merge was undone"


def remember_identity(
    session: Session, offerings: Offerings, *, kept_id: int, merged_id: int, actor: Actor, now: datetime
) -> None:
    """Match the old identity to the kept row wherever it was in a room."""
    identity = identity_for(merged_id)
    for owner in _owners(session, offerings, identity):
        values = {**owner, "identity": identity, "user_id": kept_id}
        session.execute(insert_unless_there(session, _MATCH).values(
            **values, matched_by_id=actor.user_id, matched_at=now
        ))  # fmt: skip
        _tell(session, values, is_match=True, reason=MERGED, actor=actor, now=now)


def forget_identity(
    session: Session, offerings: Offerings, *, kept_id: int, merged_id: int, actor: Actor, now: datetime
) -> None:
    """Take those matches back."""
    identity = identity_for(merged_id)
    gone = delete(_MATCH).where(_MATCH.c.identity == identity, _MATCH.c.user_id == kept_id)
    for row in session.execute(gone.returning(_MATCH.c.event_id, _MATCH.c.class_id)).all():
        if row.event_id in offerings.events or row.class_id in offerings.classes:
            values = {"event_id": row.event_id, "class_id": row.class_id, "identity": identity, "user_id": kept_id}
            _tell(session, values, is_match=False, reason=UNDONE, actor=actor, now=now)


def _owners(session: Session, offerings: Offerings, identity: str) -> list[dict[str, int | None]]:
    rooms = (
        select(MeetingSession.event_id, class_id_of().label("class_id"))
        .join(Stay, Stay.room_name == MeetingSession.room_name)
        .where(Stay.identity == identity)
    )
    found = {(row.event_id, row.class_id) for row in session.execute(rooms)}
    return [
        {"event_id": event_id, "class_id": class_id}
        for event_id, class_id in sorted(found, key=str)
        if event_id in offerings.events or class_id in offerings.classes
    ]


def _tell(
    session: Session, values: Mapping[str, object], *, is_match: bool, reason: str, actor: Actor, now: datetime
) -> None:
    said = {"is_match": is_match, "reason": reason, "actor_id": actor.user_id, "at": now}
    session.execute(insert(IdentityMatchChange).values(**values, **said))
