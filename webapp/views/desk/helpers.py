"""Helper links: made and withdrawn by organizers, opened by helpers."""

from flask import Response, current_app, make_response, render_template, url_for

from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.languages.words import N_
from webapp.queries.desk.start import helpers_of
from webapp.queries.events.event import EventFacts
from webapp.queries.people.actor import helper_by_token
from webapp.services.accounts.account import require_name
from webapp.services.desk.helper_link import NewLink, create_helper_link, link_picture, withdraw_helper_link
from webapp.views import request_time
from webapp.views.current_actor import helper_cookie, set_secret_cookie
from webapp.views.desk.blueprint import blueprint
from webapp.views.desk.desk_name import LONGEST
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import line
from webapp.views.forms.sent import sent_id
from webapp.views.guards import public, staff, the_actor
from webapp.views.loading import load_staff_event
from webapp.views.responses import see_other

_HELPER = FormKind(
    ("name", "desk"),
    sentences={
        ("name", "text_missing"): N_("Enter the helper’s name"),
        ("desk", "text_missing"): N_("Enter the name of the desk"),
    },
    otherwise="name",
)


@blueprint.get("/<id:event_id>/helpers")
@staff(Permission.MANAGE_EVENTS)
def helpers(event_id: int) -> Response:
    return _page(load_staff_event(event_id, Permission.MANAGE_EVENTS), _HELPER.filled())


@blueprint.post("/<id:event_id>/helpers")
@staff(Permission.MANAGE_EVENTS)
def add_helper(event_id: int) -> Response:
    """The new link is shown in this answer and never again."""
    event = load_staff_event(event_id, Permission.MANAGE_EVENTS)
    form = _HELPER.sent()
    name, desk = form.read("name", require_name), form.read("desk", line(LONGEST))
    link = form.check(
        lambda: create_helper_link(event_id=event.id, name=name, desk=desk, actor=the_actor(), now=request_time.now())
    )
    if form.is_refused:
        return _page(event, form)
    return _page(event, _HELPER.filled(), link=link, link_name=name)


@blueprint.post("/<id:event_id>/helpers/withdraw")
@staff(Permission.MANAGE_EVENTS)
def withdraw_helper(event_id: int) -> Response:
    event = load_staff_event(event_id, Permission.MANAGE_EVENTS)
    withdraw_helper_link(event_id=event.id, link_id=sent_id("link"), actor=the_actor(), now=request_time.now())
    return see_other(url_for("desk.helpers", event_id=event.id))


@blueprint.get("/join/<string(maxlength=100):token>")
@public
def join(token: str) -> Response:
    """A helper opens the personal link: this browser is theirs until it ends."""
    helper = helper_by_token(token, request_time.now())
    if helper is None:
        raise Refused("helper_link_ended")
    response = see_other(url_for("desk.desk", event_id=helper.helper_event_id))
    set_secret_cookie(response, helper_cookie(), token)
    return response


def _page(event: EventFacts, form: Form, *, link: NewLink | None = None, link_name: str = "") -> Response:
    address = _address(link) if link else None
    page = render_template(
        "desk/helpers.html",
        event=event,
        helpers=helpers_of(event.id, request_time.now()),
        errors=form.errors,
        values=form.values,
        link=link,
        link_name=link_name,
        address=address,
        picture=link_picture(address) if address else None,
    )
    return make_response(page, form.status)


def _address(link: NewLink) -> str:
    return current_app.extensions["settings"].base_url + url_for("desk.join", token=link.token)
