"""A place in line: given up by the link in the mail without signing in, and taken back for ten minutes."""

from typing import Any

from flask import Response, g, make_response, render_template

from webapp.domain.permission import Actor
from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.domain.refusal import Refused
from webapp.queries.places.place_in_line import PlaceInLine, place_of_link
from webapp.services.places.line.line_return import return_to_line
from webapp.services.places.parties.heads import leave_together
from webapp.views import request_time
from webapp.views.errors import status_of
from webapp.views.guards import signed_in, signed_link, the_actor
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.places.leaving import answer_block, refuse_block
from webapp.views.participant.places.loading_block import load_block
from webapp.views.words.refusals import refusal_sentence

_LINK = "<string(maxlength=400):token>"


@blueprint.post("/events/<slug:slug>/return")
@signed_in
def return_to_own_line(slug: str) -> Response:
    """Undo leaving the line, on the event's page."""
    now = request_time.now()
    block = load_block(slug, now)
    try:
        if block.place.own is None:
            raise Refused("not_enrolled")
        return_to_line(enrollment_id=block.place.own.id, actor=the_actor(), now=now)
    except Refused as refused:
        return refuse_block(load_block(slug, now), refused)
    return answer_block(load_block(slug, now))


@blueprint.get(f"/waitlist/{_LINK}")
@signed_link
def place_in_line(token: str) -> Any:
    """Opening the link changes nothing: mail scanners follow links, too."""
    return _page(place_of_link(token, request_time.now()), token)


@blueprint.post(f"/waitlist/{_LINK}/leave")
@signed_link
def leave_line(token: str) -> Any:
    """Give the place in line up; the same again says the same."""
    now = request_time.now()
    found = place_of_link(token, now)
    if found.status is not EnrollmentStatus.WAITLISTED:
        return _page(found, token, None if found.returns_until else Refused("not_enrolled"))
    try:
        leave_together(
            enrollment_id=found.enrollment_id,
            actor=_who_holds_the_link(found),
            now=now,
            expected_version=found.version,
        )
    except Refused as refused:
        return _page(place_of_link(token, now), token, refused)
    return _page(place_of_link(token, now), token)


@blueprint.post(f"/waitlist/{_LINK}/return")
@signed_link
def return_by_link(token: str) -> Any:
    """Undo it."""
    now = request_time.now()
    found = place_of_link(token, now)
    try:
        return_to_line(enrollment_id=found.enrollment_id, actor=_who_holds_the_link(found), now=now)
    except Refused as refused:
        return _page(place_of_link(token, now), token, refused)
    return _page(place_of_link(token, now), token)


def _who_holds_the_link(found: PlaceInLine) -> Actor:
    return Actor(user_id=found.user_id, name=found.user_name)


def _page(found: PlaceInLine, token: str, refused: Refused | None = None) -> Any:
    now = request_time.now()
    if refused is not None:
        g.refusal = refused.code
    body = render_template(
        "participant/waitlist/place_in_line.html",
        place=found,
        event=found.event,
        token=token,
        can_leave=found.status is EnrollmentStatus.WAITLISTED and now < found.event.starts_at,
        returns_until=found.returns_until if found.returns_until and now < found.returns_until else None,
        error=refusal_sentence(refused.code, **refused.facts) if refused else None,
    )
    return make_response(body, status_of(refused) if refused else 200)
