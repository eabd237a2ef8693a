"""Enrolling from an event's page without an account: a name and an address, and the place is held."""

from dataclasses import replace

from flask import Response, request

from webapp.domain.event_days import known_timezones
from webapp.domain.legal import LegalKind
from webapp.domain.places.guest_hold import LINK_LIFETIME
from webapp.domain.places.standing import StandingState as State
from webapp.domain.refusal import Refused
from webapp.languages.words import N_
from webapp.queries.organizations.legal import legal_texts
from webapp.services.accounts.account import require_name
from webapp.services.places.guest_hold import hold_place
from webapp.views import request_time
from webapp.views.addresses import url_for
from webapp.views.current_actor import code_cookie, current_actor, set_secret_cookie
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.sent import one_field
from webapp.views.guards import public
from webapp.views.http.event_links import current_links
from webapp.views.http.rate_limits import limit_code_mails
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.places.block import Block, event_address, show_block
from webapp.views.participant.places.enrollment import answer_refusal, enroll
from webapp.views.participant.places.loading_block import load_block
from webapp.views.responses import see_other

_FORM = FormKind(
    ("name", "email", "timezone", "terms", "terms_id"),
    sentences={
        ("name", "text_missing"): N_("Enter your name"),
        ("email", "text_missing"): N_("Enter your email address"),
        "terms_unaccepted": N_("Accept the terms to enroll"),
        "terms_changed": N_("The terms changed a moment ago. Read them again and accept them"),
    },
    field_of={"terms_unaccepted": "terms", "terms_changed": "terms"},
    otherwise="email",
)
#: What stands in the way of everybody, whatever they typed.
_OF_THE_EVENT = frozenset(
    {"not_found", "event_not_published", "not_open_yet", "enrollment_closed", "event_full", "needs_link", "not_on_list"}
)


@blueprint.post("/events/<slug:slug>/guest")
@public
@limit_code_mails
def enroll_as_guest(slug: str) -> Response:
    """Hold a place and mail a code; the same answer whoever has the address."""
    if current_actor() is not None:
        return enroll(slug=slug)
    form, now = _FORM.sent(), request_time.now()
    form.read("name", require_name)
    try:
        token = _hold(slug, form)
    except Refused as refused:
        if refused.code in _OF_THE_EVENT:
            return answer_refusal(slug, refused, was_open=one_field("seen") == State.OPEN)
        form.refuse(refused)
    if form.is_refused or token is None:
        block = load_block(slug, now)
        return show_block(replace(block, guest=form), status=form.status)
    response = see_other(url_for("account.code"))
    set_secret_cookie(response, code_cookie(), token, lasts=LINK_LIFETIME)
    return response


@blueprint.app_template_global()
def terms_for_guests(block: Block) -> int | None:
    """The version of terms that a guest has to accept; None where nothing is demanded."""
    event = block.place.event
    terms = legal_texts(event.organization_id).get(LegalKind.TERMS) if event.demands_terms else None
    return terms.id if terms else None


def _hold(slug: str, form: Form) -> str | None:
    if form.is_refused:
        return None
    zone, terms = form.values["timezone"], form.values["terms_id"]
    return hold_place(
        slug=slug,
        name=form.values["name"],
        email=form.values["email"],
        terms_id=int(terms) if form.values["terms"] and terms.isascii() and terms.isdigit() else None,
        timezone=zone if zone in known_timezones() else None,
        next_path=event_address(slug),
        questions_path=url_for("participant.answers", slug=slug),
        links=current_links(),
        user_agent=request.headers.get("User-Agent", ""),
        now=request_time.now(),
    )
