"""The pass: shown at the door, kept in a calendar, read by a scanner."""

from urllib.parse import urlsplit

from flask import Response, current_app, make_response, redirect, render_template, url_for

from webapp.domain.refusal import Refused
from webapp.queries.people.records.care import person_cared_for
from webapp.queries.places.passes import calendar_of, holder_of_code, pass_of
from webapp.queries.places.standing import EventStanding
from webapp.views import request_time
from webapp.views.current_actor import current_actor, current_helper
from webapp.views.guards import ask_to_sign_in, public, signed_in, the_actor
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.places.block import Block


@blueprint.get("/me/pass/<pass_code:code>")
@signed_in
def show_pass(code: str) -> Response:
    now, (place, name) = request_time.now(), _own_pass(code)
    block = Block(place, place.at(now), now)
    body = render_template("participant/places/pass.html", block=block, event=place.event, own=place.own, name=name)
    return Response(body)


@blueprint.get("/me/pass/<pass_code:code>.ics")
@signed_in
def calendar(code: str) -> Response:
    """The place as a calendar file; only where there is a place."""
    place, _ = _own_pass(code)
    base_url = current_app.extensions["settings"].base_url
    link = base_url + url_for("participant.event", slug=place.event.slug)
    file = calendar_of(place, link=link, host=urlsplit(base_url).hostname or "turnout", now=request_time.now())
    if file is None:
        raise Refused("not_found")
    name = f"{place.event.slug}.ics"
    return Response(file, mimetype="text/calendar", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@blueprint.get("/c/<pass_code:code>")
@public
def code(code: str) -> Response:
    """What a QR code leads to: the owner's pass, or the desk of that event for its crew."""
    crew = [actor for actor in (current_actor(), current_helper()) if actor is not None]
    if not crew:
        return ask_to_sign_in()
    holder = holder_of_code(code)
    if holder is None:
        raise Refused("not_found")
    for actor in crew:
        if actor.user_id == holder.user_id or person_cared_for(holder.user_id, actor.acting_id):
            return make_response(redirect(url_for("participant.show_pass", code=code)))
        if actor.can_run_desk(holder.event_id, holder.organization_id, holder.facility_id):
            return make_response(redirect(url_for("desk.desk", event_id=holder.event_id, q=code)))
    raise Refused("not_found")


def _own_pass(code: str) -> tuple[EventStanding, str]:
    """The place with that pass, and whose it is: the reader's, or of somebody they look after."""
    actor, holder = the_actor(), holder_of_code(code)
    owner_id, name = actor.user_id, actor.name
    if holder is not None and holder.user_id != owner_id:
        cared_for = person_cared_for(holder.user_id, actor.acting_id)
        owner_id, name = (cared_for.id, cared_for.name) if cared_for else (owner_id, name)
    place = pass_of(code, owner_id or 0)
    if place is None or place.own is None:
        raise Refused("not_found")
    return place, name
