"""A session's room while it runs: who is in, since when, who left, how many of how many."""

from typing import Any

from flask import Response, flash, request, url_for

from webapp.domain.online.meeting_session import DOORS_OPEN
from webapp.domain.permission import Permission
from webapp.languages.words import gettext
from webapp.queries.online.live_room import LiveRoom, has_place, live_room, room_revision
from webapp.services.online.session_join import is_video_set_up, join_address
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.online.session_host import SessionHost, load_staff_session
from webapp.views.guards import staff, the_actor
from webapp.views.loading import may
from webapp.views.presence_picture import picture_of
from webapp.views.responses import render, see_other, wants_fragment
from webapp.views.words.session_words import kind_of

#: People who are in, and people who left, on a page that nobody asked to be longer.
MOST_SHOWN = 40


@blueprint.post("/sessions/<id:session_id>/join")
@staff(Permission.HOST_SESSIONS)
def join_as_host(session_id: int):
    """Staff go into the room of one of their sessions (303), with a host's rights there."""
    session, host = load_staff_session(session_id, Permission.HOST_SESSIONS)
    now, actor = request_time.now(), the_actor()
    address = join_address(
        session, has_place=has_place(session, actor.user_id or 0), is_host=True, is_on=host.is_on, actor=actor, now=now
    )
    if address is None:
        flash(gettext("Online joining isn’t set up here yet."), "wait")
        return see_other(url_for("admin.session_live", session_id=session_id))
    return see_other(address)


@blueprint.get("/sessions/<id:session_id>")
@staff(Permission.VIEW_ROSTER, Permission.VIEW_CLASSES)
def session_live(session_id: int):
    """The room as its stays show it. The page asks again every few seconds, until the session is over."""
    session, host = load_staff_session(session_id, Permission.VIEW_ROSTER)
    now = request_time.now()
    polls = is_watched(session, host, now)
    # Before the room is read: what changes meanwhile is looked for again.
    seen = f"{room_revision(session)}-{int(now >= session.starts_at)}"
    if wants_fragment() and polls and request.args.get("seen") == seen:
        return Response(status=204)
    most = None if request.args.get("all") == "1" else MOST_SHOWN
    room = live_room(session, most=most)
    return render(
        "admin/online/session_live.html",
        "admin/online/_session_live.html",
        session=session,
        host=host,
        room=room,
        polls=polls,
        seen=seen,
        most=most,
        all="1" if most is None else None,
        may_join=polls and is_video_set_up() and may(Permission.HOST_SESSIONS, host.facts),
        **_picture(session, host, room, now),
    )


def is_watched(session: Any, host: SessionHost, now: Any) -> bool:
    """Whether anything can still happen in the room: from when its doors open until the session ends."""
    is_on = session.cancelled_at is None and host.is_on
    return is_on and session.starts_at - DOORS_OPEN <= now < session.ends_at


def _picture(session: Any, host: SessionHost, room: LiveRoom, now: Any) -> dict[str, Any]:
    people = (*room.inside, *room.outside)
    picture = picture_of(
        session,
        kind_of(session).thresholds,
        timezone=host.timezone,
        now=now,
        stays=room.stays,
    )
    return {"picture": picture, "lanes": {one.times.identity: picture.lane(one.times.stays) for one in people}}
