"""People whom somebody looks after: who they are, acting for them, and giving them an account of their own."""

from typing import Any

from flask import flash, make_response, render_template, request, url_for

from webapp.domain.people.care import CLAIM_LIFETIME, MOST_CARED_FOR
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.people.records.care import cared_for_by, open_requests_to, person_cared_for
from webapp.services.care.attaching import answer_link
from webapp.services.care.people import add_cared_for, make_claim_link, remove_cared_for, rename_cared_for
from webapp.views import request_time
from webapp.views.addresses import public_url
from webapp.views.current_actor import act_for
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.sent import one_field
from webapp.views.guards import signed_in, the_actor
from webapp.views.participant.blueprint import blueprint
from webapp.views.responses import safe_next, see_other

_NAME = FormKind(("name",), sentences={("name", "text_missing"): N_("Enter their name")}, otherwise="name")


@blueprint.get("/me/people")
@signed_in
def people_in_care() -> Any:
    """Everybody this person looks after; with `event` the way to enroll one of them there."""
    return _page(_NAME.filled())


@blueprint.post("/me/people")
@signed_in
def add_person_in_care() -> Any:
    form = _NAME.sent()
    name = form.values["name"]
    form.check(lambda: add_cared_for(carer_id=_me(), name=name, now=request_time.now()))
    return _page(form) if form.is_refused else _back(gettext("{name} was added.", name=name.strip()))


@blueprint.post("/me/people/<id:user_id>/name")
@signed_in
def rename_person_in_care(user_id: int) -> Any:
    _load(user_id)
    form = _NAME.sent()
    form.check(lambda: rename_cared_for(carer_id=_me(), user_id=user_id, name=form.values["name"]))
    return _page(form, renamed_id=user_id) if form.is_refused else _back(gettext("Saved."))


@blueprint.post("/me/people/<id:user_id>/act")
@signed_in
def act_for_person(user_id: int) -> Any:
    """Show pages as they are for that person, until this browser goes back to who is signed in."""
    _load(user_id)
    act_for(user_id)
    return see_other(safe_next(one_field("next"), url_for("participant.my_events")))


@blueprint.post("/me/people/myself")
@signed_in
def act_for_myself() -> Any:
    act_for(None)
    return see_other(url_for("participant.people_in_care"))


@blueprint.post("/me/people/<id:user_id>/link")
@signed_in
def link_for_person(user_id: int) -> Any:
    """A link by which they take their record over: shown once."""
    person = _load(user_id)
    token = make_claim_link(carer_id=_me(), user_id=user_id, now=request_time.now())
    address = public_url("participant.claim", token=token)
    return make_response(
        render_template("participant/people/care/link.html", person=person, address=address, days=CLAIM_LIFETIME.days)
    )


@blueprint.get("/me/people/<id:user_id>/remove")
@signed_in
def ask_to_remove_person(user_id: int) -> Any:
    """What removing somebody does."""
    return make_response(render_template("participant/people/care/remove.html", person=_load(user_id)))


@blueprint.post("/me/people/<id:user_id>/remove")
@signed_in
def remove_person_in_care(user_id: int) -> Any:
    name = _load(user_id).name
    remove_cared_for(carer_id=_me(), user_id=user_id, now=request_time.now())
    return _back(gettext("{name} was removed.", name=name))


def _me() -> int:
    return the_actor().user_id or 0


def _load(user_id: int) -> Any:
    """Somebody whom the signed-in person looks after, or `not_found`."""
    person = person_cared_for(user_id, _me())
    if person is None:
        raise Refused("not_found")
    return person


def _asked() -> list[dict[str, str]]:
    """What staff asks them about others, each with the page on which they answer."""
    now = request_time.now()
    return [
        {
            "name": one.name,
            "organization_name": one.organization_name,
            "link": answer_link(one.id, one.expires_at, now),
        }
        for one in open_requests_to(_me(), now)
    ]


def _back(said: str) -> Any:
    flash(said)
    return see_other(url_for("participant.people_in_care"))


def _page(form: Form, renamed_id: int | None = None) -> Any:
    event = request.args.get("event", "")
    people = cared_for_by(_me(), request_time.now())
    body = render_template(
        "participant/people/care/people.html",
        people=people,
        asked=_asked(),
        next_path=safe_next(f"/events/{event}" if event else "", ""),
        can_add=sum(not one.is_guest for one in people) < MOST_CARED_FOR,
        form=form,
        errors=form.errors,
        renamed_id=renamed_id,
    )
    return make_response(body, form.status)
