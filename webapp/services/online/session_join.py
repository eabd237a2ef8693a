"""Joining an online session: a token for one person, and the address that it opens.

Why it is so: docs/decisions/042-join-and-the-policy.md.
"""

from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from webapp.adapters.livekit import client_address, join_token
from webapp.domain.online.identity import identity_for
from webapp.domain.online.meeting_session import require_may_join
from webapp.domain.permission import Actor
from webapp.models import JoinToken
from webapp.services.insertion import insert_unless_there
from webapp.services.unit_of_work import write_transaction

_TOKEN = JoinToken.__table__


def is_video_set_up() -> bool:
    """Whether there is a video server to join (`LIVEKIT_KEYS`) and a page that does it (`LIVEKIT_CLIENT_URL`)."""
    settings = current_app.extensions["settings"]
    return bool(settings.livekit_keys) and settings.livekit_client_url is not None


def join_address(
    session: Any, *, has_place: bool, is_host: bool, is_on: bool, actor: Actor, now: datetime
) -> str | None:
    """Where this person's browser goes to join a session (a row); None where no server is set up.

    The token in it lets `u<user id>` into this one room until the session ends. It is kept nowhere, but that one was
    issued is: without it, silence of the video server could not be told from absence.
    Raises what `require_may_join` refuses.
    """
    require_may_join(session, has_place=has_place, is_host=is_host, is_on=is_on, now=now)
    if not is_video_set_up() or actor.user_id is None:
        return None
    settings = current_app.extensions["settings"]
    token = join_token(
        keys=settings.livekit_keys,
        identity=identity_for(actor.user_id),
        name=actor.name,
        room=session.room_name,
        now=now,
        until=session.ends_at,
        is_host=is_host,
    )
    with write_transaction() as own:
        note_token(own, session_id=session.id, user_id=actor.user_id, as_host=is_host and not has_place, now=now)
    return client_address(settings.livekit_client_url, token=token, room=session.room_name)


def note_token(session: Session, *, session_id: int, user_id: int, as_host: bool, now: datetime) -> None:
    """Keep that somebody was let in: when first, when last, and whether as a host without a place."""
    inserting = insert_unless_there(session, _TOKEN, index_elements=["session_id", "user_id"])
    values = {"session_id": session_id, "user_id": user_id, "as_host": as_host, "first_at": now, "last_at": now}
    if session.execute(inserting.values(**values).returning(_TOKEN.c.user_id)).first() is not None:
        return
    again = _TOKEN.update().where(_TOKEN.c.session_id == session_id, _TOKEN.c.user_id == user_id)
    session.execute(again.values(as_host=as_host, last_at=now))
