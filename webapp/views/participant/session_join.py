"""Joining an online session of an event or of a class."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, g, make_response, render_template, url_for

from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus
from webapp.domain.classes.program_class import NOT_MEETING
from webapp.domain.event_life import EventStatus
from webapp.domain.online.meeting_session import MAY_JOIN, require_may_join
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.queries.classes.my_classes import my_class
from webapp.queries.classes.program_class import class_by_id
from webapp.queries.online.meeting_session import session_row
from webapp.services.online.session_join import is_video_set_up, join_address
from webapp.views import request_time
from webapp.views.errors import status_of
from webapp.views.guards import signed_in, the_actor
from webapp.views.loading import may
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.places.loading_block import load_block
from webapp.views.responses import see_other
from webapp.views.words.refusals import refusal_sentence


@dataclass(frozen=True, slots=True)
class SessionEntrance:
    """One online session as somebody stands before it, at one instant."""

    session: Any
    title: str
    timezone: str
    organization_name: str
    contact_email: str
    has_place: bool
    is_host: bool
    is_on: bool
    #: Where its form goes, and the page it was come from.
    action: str
    back: str
    now: datetime

    def terms(self) -> dict[str, Any]:
        return {"has_place": self.has_place, "is_host": self.is_host, "is_on": self.is_on, "now": self.now}


@blueprint.get("/events/<slug:slug>/sessions/<id:session_id>/join")
@signed_in
def ask_to_join(slug: str, session_id: int) -> Response:
    """The way in, or why there is none (yet)."""
    return _ask(_door_of_event(slug, session_id))


@blueprint.post("/events/<slug:slug>/sessions/<id:session_id>/join")
@signed_in
def join(slug: str, session_id: int) -> Response:
    """Off to the room (303), by a plain form: browsers follow to the configured origin only."""
    return _go(_door_of_event(slug, session_id))


@blueprint.get("/me/classes/<id:enrollment_id>/sessions/<id:session_id>/join")
@signed_in
def ask_to_join_class(enrollment_id: int, session_id: int) -> Response:
    """The same for a session of one's own class."""
    return _ask(_door_of_class(enrollment_id, session_id))


@blueprint.post("/me/classes/<id:enrollment_id>/sessions/<id:session_id>/join")
@signed_in
def join_class(enrollment_id: int, session_id: int) -> Response:
    """Off to the room of one's own class (303)."""
    return _go(_door_of_class(enrollment_id, session_id))


def _door_of_event(slug: str, session_id: int) -> SessionEntrance:
    """A session of the event as the reader sees it, or `not_found`."""
    block, session = load_block(slug, request_time.now()), session_row(session_id)
    event, own = block.place.event, block.place.own
    if session is None or session.event_id != event.id:
        raise Refused("not_found")
    return SessionEntrance(
        session,
        event.title,
        event.timezone,
        event.organization_name,
        event.contact_email,
        has_place=own is not None and own.status in MAY_JOIN,
        is_host=may(Permission.HOST_SESSIONS, event),
        is_on=event.status == EventStatus.PUBLISHED,
        now=block.now,
        action=url_for("participant.join", slug=slug, session_id=session_id),
        back=url_for("participant.event", slug=slug),
    )


def _hosts_class(class_id: int, organization_id: int) -> bool:
    """Whether the reader, who has a place in that class, is of its staff, too."""
    if not the_actor().works_in(Permission.HOST_SESSIONS, organization_id):
        return False
    facts = class_by_id(class_id)
    return facts is not None and may(Permission.HOST_SESSIONS, facts)


def _door_of_class(enrollment_id: int, session_id: int) -> SessionEntrance:
    """A session of the reader's own class, or `not_found`."""
    now = request_time.now()
    one, session = my_class(enrollment_id, the_actor().user_id or 0, now), session_row(session_id)
    if one is None or session is None or session.class_id != one.class_id:
        raise Refused("not_found")
    return SessionEntrance(
        session,
        one.title,
        one.timezone,
        one.organization_name,
        one.contact_email,
        has_place=one.status == ClassEnrollmentStatus.ENROLLED,
        is_host=_hosts_class(one.class_id, one.organization_id),
        is_on=one.class_status not in NOT_MEETING,
        now=now,
        action=url_for("participant.join_class", enrollment_id=enrollment_id, session_id=session_id),
        back=url_for("participant.my_class", enrollment_id=enrollment_id),
    )


def _ask(door: SessionEntrance) -> Response:
    try:
        require_may_join(door.session, **door.terms())
    except Refused as refused:
        return _page(door, refused)
    return _page(door)


def _go(door: SessionEntrance) -> Response:
    try:
        address = join_address(door.session, actor=the_actor(), **door.terms())
    except Refused as refused:
        return _page(door, refused)
    return see_other(address or door.action)


def _page(door: SessionEntrance, refused: Refused | None = None) -> Response:
    said = None
    if refused is not None:
        g.refusal = refused.code
        said = refusal_sentence(refused.code, tz=door.timezone, now=door.now, **refused.facts)
    page = render_template("participant/join.html", door=door, refusal=said, is_set_up=is_video_set_up())
    return make_response(page, status_of(refused) if refused else 200)
