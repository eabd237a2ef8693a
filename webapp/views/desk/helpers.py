"""Helper links: made and withdrawn by organizers, opened by helpers."""

from flask import Response, current_app, g, make_response, render_template, url_for

from webapp import clock
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line
from webapp.queries.desk.start import helpers_of
from webapp.queries.events.event import EventFacts
from webapp.queries.people.actor import helper_by_token
from webapp.services.desk.helper_link import NewLink, create_helper_link, link_picture, withdraw_helper_link
from webapp.services.people.account import require_name
from webapp.views.current_actor import helper_cookie, set_secret_cookie
from webapp.views.desk.blueprint import blueprint
from webapp.views.desk.desk_name import LONGEST
from webapp.views.desk.form_input import sent_id
from webapp.views.errors import status_of
from webapp.views.form_input import one_field
from webapp.views.guards import public, staff, the_actor
from webapp.views.loading import load_staff_event
from webapp.views.responses import see_other
from webapp.views.wording import refusal_sentence


@blueprint.get("/<id:event_id>/helpers")
@staff(Permission.MANAGE_EVENTS)
def helpers(event_id: int) -> Response:
    return _page(load_staff_event(event_id, Permission.MANAGE_EVENTS))


@blueprint.post("/<id:event_id>/helpers")
@staff(Permission.MANAGE_EVENTS)
def add_helper(event_id: int) -> Response:
    """The new link is shown in this answer and never again."""
    event = load_staff_event(event_id, Permission.MANAGE_EVENTS)
    values = {"name": one_field("name"), "desk": one_field("desk")}
    try:
        name = require_name(values["name"])
        desk = clean_line(values["desk"], limit=LONGEST, field="desk")
        link = create_helper_link(event_id=event.id, name=name, desk=desk, actor=the_actor(), now=clock.now())
    except Refused as refusal:
        g.refusal = refusal.code
        return _page(event, values=values, errors=_errors(refusal), status=status_of(refusal))
    return _page(event, link=link, link_name=name)


@blueprint.post("/<id:event_id>/helpers/withdraw")
@staff(Permission.MANAGE_EVENTS)
def withdraw_helper(event_id: int) -> Response:
    event = load_staff_event(event_id, Permission.MANAGE_EVENTS)
    withdraw_helper_link(event_id=event.id, link_id=sent_id("link"), actor=the_actor(), now=clock.now())
    return see_other(url_for("desk.helpers", event_id=event.id))


@blueprint.get("/join/<string(maxlength=100):token>")
@public
def join(token: str) -> Response:
    """A helper opens the personal link: this browser is theirs until it ends."""
    helper = helper_by_token(token, clock.now())
    if helper is None:
        raise Refused("helper_link_ended")
    response = see_other(url_for("desk.desk", event_id=helper.helper_event_id))
    set_secret_cookie(response, helper_cookie(), token)
    return response


def _page(
    event: EventFacts, *, link: NewLink | None = None, link_name: str = "", values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    address = _address(link) if link else None
    page = render_template(
        "desk/helpers.html", event=event, helpers=helpers_of(event.id, clock.now()), errors=errors or {},
        values=values or {"name": "", "desk": ""}, link=link, link_name=link_name, address=address,
        picture=link_picture(address) if address else None,
    )  # fmt: skip
    return make_response(page, status)


def _address(link: NewLink) -> str:
    return current_app.extensions["settings"].base_url + url_for("desk.join", token=link.token)


def _errors(refusal: Refused) -> dict[str, str]:
    field = str(refusal.facts.get("field", "name"))
    missing = {"name": "Enter the helper's name", "desk": "Enter the name of the desk"}
    if refusal.code == "text_missing":
        return {field: missing[field]}
    return {field: refusal_sentence(refusal.code, **refusal.facts)}
