"""Who sees my records: the usual choice, one per event, and the address of my profile."""

from collections.abc import Callable
from typing import Any

from flask import Response, flash, make_response, render_template, request, url_for

from webapp.domain.people.privacy import Sharing
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.people.history import own_privacy, record_of_slug, shareable_records
from webapp.services.asking.privacy import choose_handle, choose_sharing, draw_handle, drop_handle
from webapp.views import request_time
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import one_of
from webapp.views.forms.sent import one_field, row_ids
from webapp.views.guards import signed_in, the_actor
from webapp.views.paging import page_number
from webapp.views.participant.blueprint import blueprint
from webapp.views.responses import see_other, wants_fragment

#: The profile's address, what becomes of it, and what is said afterwards.
_SAID = {
    "save": N_("Saved. Your profile is public, and its link is below."),
    "draw": N_("Your profile has a random link now. Share it with anyone you like."),
    "remove": N_("Your profile is private now."),
}
_PROFILE = FormKind(("handle", "what"), field_of={"unknown_choice": "handle"}, otherwise="handle")


@blueprint.get("/me/privacy")
@signed_in
def privacy() -> Response:
    return _page()


@blueprint.post("/me/privacy")
@signed_in
def save_privacy() -> Response:
    """Everything on the page at once, for a browser without scripts.

    An event counts as chosen where its switches were moved since the page was made: the others
    go on following the usual choice, also where that is another one now.
    """
    records = {}
    for event_id in row_ids("event"):
        wanted = _switches(f"-{event_id}")
        if one_field(f"was-{event_id}") != _mark(wanted):
            records[event_id] = wanted
    choose_sharing(user_id=_me(), usual=_switches(""), records=records, now=request_time.now())
    flash(gettext("Saved."))
    return see_other(url_for("participant.privacy", page=_page_or_none()))


@blueprint.post("/me/privacy/usual")
@signed_in
def save_usual_privacy() -> Response:
    """The usual choice at once; the events that follow it are shown anew."""
    choose_sharing(user_id=_me(), usual=_switches(""), now=request_time.now())
    if not wants_fragment():
        return see_other(url_for("participant.privacy"))
    return make_response(render_template("participant/people/_privacy_usual_saved.html", **_values()))


@blueprint.post("/me/privacy/events/<slug:slug>")
@signed_in
def save_record_privacy(slug: str) -> Response:
    """The choice for one event at once."""
    record = record_of_slug(_me(), slug, request_time.now())
    if record is None:
        raise Refused("not_found")
    choose_sharing(user_id=_me(), records={record.event_id: _switches(f"-{record.event_id}")}, now=request_time.now())
    if not wants_fragment():
        return see_other(url_for("participant.privacy", _anchor=f"record-{slug}"))
    return make_response(render_template("participant/people/_privacy_saved.html", title=record.title))


@blueprint.post("/me/privacy/handle")
@signed_in
def save_handle() -> Response:
    """Choose an address for the profile, draw one, or end it."""
    form = _PROFILE.sent()
    act = form.check(lambda: one_of(_ACTS)(form.values["what"]))
    form.check(lambda: _ACTS[act](form.values["handle"]))
    if form.is_refused:
        return _page(form)
    flash(str(_SAID[act]))
    return see_other(url_for("participant.privacy", _anchor="profile"))


def _me() -> int:
    return the_actor().user_id or 0


_ACTS: dict[str, Callable[[str], object]] = {
    "save": lambda typed: choose_handle(user_id=_me(), text=typed),
    "draw": lambda _typed: draw_handle(user_id=_me()),
    "remove": lambda _typed: drop_handle(user_id=_me()),
}


def _switches(suffix: str) -> Sharing:
    return Sharing(bool(one_field(f"on_profile{suffix}")), bool(one_field(f"to_organizations{suffix}")))


def _mark(sharing: Sharing) -> str:
    """How a form remembers what its switches showed."""
    return f"{sharing.on_profile:d}{sharing.to_organizations:d}"


blueprint.add_app_template_global(_mark, "sharing_mark")


def _page_or_none() -> int | None:
    number = page_number()
    return number if number > 1 else None


def _values() -> dict[str, Any]:
    number = page_number()
    records, has_more = shareable_records(_me(), page=number, now=request_time.now())
    return {"own": own_privacy(_me()), "records": records, "has_more": has_more, "number": number}


def _page(form: Form | None = None) -> Response:
    form = form or _PROFILE.filled({"handle": own_privacy(_me()).handle})
    body = render_template(
        "participant/people/privacy.html",
        typed=form.values["handle"],
        errors=form.errors,
        base=request.host_url,
        **_values(),
    )
    return make_response(body, form.status)
