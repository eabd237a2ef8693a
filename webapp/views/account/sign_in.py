"""Signing up, signing in and out."""

from flask import Response, make_response, render_template, request, session, url_for

from webapp.domain.people.proof import AddressState
from webapp.domain.people.second_step import LIFETIME
from webapp.languages.words import gettext
from webapp.queries.organizations.legal import open_terms
from webapp.queries.people.account import address_proof_of
from webapp.services.accounts.account import authenticate
from webapp.services.accounts.address_proof import send_confirmation
from webapp.services.accounts.second_step_sign_in import start_second_step
from webapp.services.accounts.sign_in import begin_sign_in, end_sign_in
from webapp.views import request_time
from webapp.views.account.blueprint import blueprint
from webapp.views.current_actor import (
    current_actor,
    current_sign_in,
    forget_secret_cookie,
    set_secret_cookie,
    sign_in_cookie,
    step_cookie,
)
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.sent import one_field
from webapp.views.guards import ask_to_sign_in, public
from webapp.views.http.rate_limits import limit_failed_sign_ins
from webapp.views.relying_party import relying_party
from webapp.views.responses import done, safe_next, see_other

#: Where links to confirm an address lead.
CONFIRM = "/confirm/"
#: Terms that are asked for on the way in; of more organizations, those by the page of one's own events.
_MOST_TERMS = 3
_SIGN_IN = FormKind(("email", "password", "next"), otherwise="email")
_SIGN_UP = FormKind(("name", "email", "timezone", "next"))


@blueprint.get("/login")
@public
def sign_in() -> Response:
    if current_actor() is not None:
        return see_other(_next(request.args.get("next")))
    if current_sign_in() is not None:
        return ask_to_sign_in()
    return sign_in_page(_SIGN_IN.filled({"next": request.args.get("next")}))


@blueprint.post("/login")
@public
@limit_failed_sign_ins
def submit_sign_in() -> Response:
    form = _SIGN_IN.sent()
    if form.values["email"].strip() and not form.values["password"]:
        form.errors["password"] = gettext("Enter your password, or get a code by email")
    user_id = form.check(lambda: authenticate(email=form.values["email"], password=form.values["password"]))
    if form.is_refused:
        return sign_in_page(form)
    return begin_session(user_id, ask_for_proof(user_id, form.values["next"]))


@blueprint.get("/signup")
@public
def sign_up_form() -> Response:
    if current_actor() is not None:
        return see_other(_next(request.args.get("next")))
    return account_form("account/signup.html", _SIGN_UP.filled({"next": request.args.get("next")}))


@blueprint.post("/logout")
@public
def sign_out() -> Response:
    token = request.cookies.get(sign_in_cookie())
    if token:
        end_sign_in(token=token)
    session.clear()
    response = see_other(safe_next(one_field("next"), url_for("participant.events")))
    forget_secret_cookie(response, sign_in_cookie())
    return response


def begin_session(user_id: int, next_path: str, *, provider: str | None = None) -> Response:
    """Into the account after one step; whoever has a second one is asked for it first."""
    token = start_second_step(user_id=user_id, next_path=next_path, real_now=request_time.real_now())
    if token is None:
        return open_session(user_id, next_path, provider=provider)
    response = done(url_for("account.second_step"))
    set_secret_cookie(response, step_cookie(), token, lasts=LIFETIME)
    return response


def open_session(
    user_id: int, next_path: str, *, took_both_steps: bool = False, provider: str | None = None
) -> Response:
    """A session with a token and a page cookie of its own: nothing from before lives on."""
    old = request.cookies.get(sign_in_cookie())
    if old:
        end_sign_in(token=old)
    token = begin_sign_in(
        user_id=user_id,
        user_agent=request.headers.get("User-Agent", ""),
        real_now=request_time.real_now(),
        took_both_steps=took_both_steps,
        provider=provider,
    )
    session.clear()
    response = done(_by_way_of_terms(user_id, _next(next_path)))
    set_secret_cookie(response, sign_in_cookie(), token)
    return response


def ask_for_proof(user_id: int, next_path: str) -> str:
    """Where to go on to. Whom others gave something is asked for a proof first, by a link that is mailed."""
    state = address_proof_of(user_id).state(request_time.now())
    if state not in {AddressState.ASKED, AddressState.CLOSED} or next_path.startswith(CONFIRM):
        return next_path
    send_confirmation(user_id=user_id, now=request_time.now(), only_if_none_works=True)
    return url_for("account.proof", next=safe_next(next_path, "") or None)


def _by_way_of_terms(user_id: int, next_path: str) -> str:
    """Where to go on to, by the page of each terms that the person has still to accept; it may be left without a yes.

    Who is asked for a proof of the address is asked for nothing else before.
    """
    if next_path.startswith(url_for("account.proof")):
        return next_path
    for one in reversed(open_terms(user_id)[:_MOST_TERMS]):
        next_path = url_for("participant.organization_terms", slug=one.organization_slug, next=next_path)
    return next_path


def sign_in_page(form: Form) -> Response:
    """The page to sign in on, with what is wrong with one of its forms."""
    return account_form("account/login.html", form, can_use_passkeys=relying_party() is not None)


def account_form(template: str, form: Form, /, **values: object) -> Response:
    next_path = safe_next(form.values.get("next"), "")
    body = render_template(template, values=form.values, errors=form.errors, next_path=next_path, **values)
    return make_response(body, form.status)


def _next(path: str | None) -> str:
    return safe_next(path, url_for("participant.events"))
