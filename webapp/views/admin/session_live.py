"""A session's room while it runs: who is in, since when, who left, how many of how many."""

from typing import Any

from flask import Response, request

from webapp import clock
from webapp.domain.meeting_session import DOORS_OPEN
from webapp.domain.permission import Permission
from webapp.queries.online.live_room import LiveRoom, live_room
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.session_host import SessionHost, load_staff_session
from webapp.views.guards import staff
from webapp.views.presence_picture import picture_of
from webapp.views.responses import render, wants_fragment
from webapp.views.session_words import kind_of

#: People who are in, and people who left, on a page that nobody asked to be longer.
MOST_SHOWN = 40


@blueprint.get("/sessions/<id:session_id>")
@staff(Permission.VIEW_ROSTER)
def session_live(session_id: int):
    """The room as its stays show it. The page asks again every few seconds, until the session is over."""
    session, host = load_staff_session(session_id, Permission.VIEW_ROSTER)
    now = clock.now()
    room = live_room(session)
    polls = is_watched(session, host, now)
    is_all = request.args.get("all") == "1"
    seen = f"{room.fingerprint}-{int(now >= session.starts_at)}"
    if wants_fragment() and polls and request.args.get("seen") == seen:
        return Response(status=204)
    return render(
        "admin/session_live.html", "admin/_session_live.html", session=session, host=host, room=room, polls=polls,
        seen=seen, most=None if is_all else MOST_SHOWN, all="1" if is_all else None,
        **_picture(session, host, room, now),
    )  # fmt: skip


def is_watched(session: Any, host: SessionHost, now: Any) -> bool:
    """Whether anything can still happen in the room: from when its doors open until the session ends."""
    is_on = session.cancelled_at is None and host.is_on
    return is_on and session.starts_at - DOORS_OPEN <= now < session.ends_at


def _picture(session: Any, host: SessionHost, room: LiveRoom, now: Any) -> dict[str, Any]:
    people = (*room.inside, *room.outside)
    picture = picture_of(
        session, kind_of(session).thresholds, timezone=host.timezone, closings=room.closings, now=now,
        stays=[stay for one in people for stay in one.times.stays],
    )  # fmt: skip
    return {"picture": picture, "lanes": {one.times.identity: picture.lane(one.times.stays) for one in people}}
