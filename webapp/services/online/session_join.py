"""Joining an online session: a token for one person, and the address that it opens."""

from datetime import datetime
from typing import Any

from flask import current_app

from webapp.adapters.livekit import client_address, join_token
from webapp.domain.identity import identity_of
from webapp.domain.meeting_session import require_may_join
from webapp.domain.permission import Actor


def is_video_set_up() -> bool:
    """Whether there is a video server to join (`LIVEKIT_KEYS`) and a page that does it (`LIVEKIT_CLIENT_URL`)."""
    settings = current_app.extensions["settings"]
    return bool(settings.livekit_keys) and settings.livekit_client_url is not None


def join_address(session: Any, *, has_place: bool, is_on: bool, actor: Actor, now: datetime) -> str | None:
    """Where this person's browser goes to join a session (a row); None where no server is set up.

    The token in it lets `u<user id>` into this one room until the session ends; it is kept
    nowhere. Raises what `require_may_join` refuses.
    """
    require_may_join(session, has_place=has_place, is_on=is_on, now=now)
    if not is_video_set_up() or actor.user_id is None:
        return None
    settings = current_app.extensions["settings"]
    token = join_token(
        keys=settings.livekit_keys, identity=identity_of(actor.user_id), name=actor.name, room=session.room_name,
        now=now, until=session.ends_at,
    )  # fmt: skip
    return client_address(settings.livekit_client_url, token=token, room=session.room_name)
