"""Signing up and in by a code that is mailed: where it is typed, and the link beside it in the mail.

Opening the link changes nothing: mail scanners follow links, too.
"""

from collections.abc import Callable
from functools import partial

from flask import Response, flash, make_response, render_template, request, url_for

from webapp.domain.event_days import known_timezones
from webapp.domain.people.mail_code import LIFETIME
from webapp.domain.refusal import Refused
from webapp.extensions import csrf
from webapp.languages.words import N_
from webapp.queries.people.mail_code import AskedCode, asked_code, code_of_link
from webapp.queries.places.guest_hold import HeldPlace, held_place
from webapp.services.accounts.account import require_name
from webapp.services.accounts.mail_code import (
    approve_by_link,
    ask_for_code,
    enter_code,
    give_name,
    move_by_link,
    use_code,
)
from webapp.services.places.guest_hold import enroll_guest, withdraw_hold
from webapp.views import request_time
from webapp.views.account.blueprint import blueprint
from webapp.views.account.sign_in import account_form, begin_session, sign_in_page
from webapp.views.current_actor import code_cookie, forget_secret_cookie, set_secret_cookie
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.sent import is_sent
from webapp.views.guards import mailed_link, public
from webapp.views.http.rate_limits import limit_code_mails, limit_code_tries, limit_token_tries
from webapp.views.participant.places.block import event_address
from webapp.views.participant.places.words import late_words
from webapp.views.responses import done, from_htmx, safe_next, see_other

_TOKEN = "<string(maxlength=100):token>"  # noqa: S105 -- a part of addresses
_ASK = FormKind(
    ("email", "next"), sentences={("email", "text_missing"): N_("Enter your email address")}, otherwise="email"
)
_SIGN_UP = FormKind(
    ("name", "email", "timezone", "next"),
    sentences={
        ("name", "text_missing"): N_("Enter your name"),
        ("email", "text_missing"): N_("Enter your email address"),
    },
    otherwise="email",
)
_CODE = FormKind(("code",), otherwise="code")
_NAME = FormKind(("name",), sentences={("name", "text_missing"): N_("Enter your name")}, otherwise="name")


@blueprint.post("/signup")
@public
@limit_code_mails
def submit_sign_up() -> Response:
    """The same answer whether or not the address has an account; who has one is simply signed in by the code."""
    form = _SIGN_UP.sent()
    form.read("name", require_name)
    return _ask(
        form,
        partial(account_form, "account/signup.html"),
        name=form.values["name"],
        timezone=_known_zone(form.values["timezone"]),
    )


@blueprint.post("/login/code")
@public
@limit_code_mails
def send_code() -> Response:
    return _ask(_ASK.sent(), sign_in_page)


@blueprint.get("/code")
@public
def code() -> Response:
    """Where the code is typed; the page goes on by itself once the link in the mail was used elsewhere."""
    asked = _asked_here()
    return see_other(url_for("account.sign_in")) if asked is None else _page(asked, _CODE.filled())


@blueprint.post("/code")
@public
@limit_code_tries
def submit_code() -> Response:
    asked = _asked_here()
    if asked is None:
        return _over()
    form = _CODE.sent()
    if not asked.is_proved:
        now = request_time.now()
        form.check(
            lambda: enter_code(token=_token(), code=form.values["code"], now=now, then=partial(enroll_guest, now=now))
        )
    if form.is_refused:
        return _page(_asked_here() or asked, form)
    return _go_on(asked)


@blueprint.post("/code/continue")
@public
def go_on() -> Response:
    """Go on once the link was used on another device; a page that looks by itself is told to keep waiting."""
    asked = _asked_here()
    if asked is None:
        return done(url_for("account.sign_in")) if from_htmx() else _over()
    if asked.is_proved:
        return _go_on(asked)
    if from_htmx():
        return make_response("", 204)
    form = _CODE.filled()
    form.refuse(Refused("code_not_confirmed"))
    return _page(asked, form)


@blueprint.post("/code/withdraw")
@public
def withdraw() -> Response:
    """A guest typed another address than theirs, or does not want the place after all: nothing is held any longer."""
    asked = _asked_here()
    held = _held_by(asked) if asked else None
    if held is None or asked is None or asked.is_proved:
        return see_other(url_for("account.code"))
    withdraw_hold(token=_token(), now=request_time.now())
    response = see_other(event_address(held.slug))
    forget_secret_cookie(response, code_cookie())
    return response


@blueprint.post("/code/name")
@public
def submit_name() -> Response:
    """The name of an account that is made by signing in with an address nobody had."""
    asked = _asked_here()
    if asked is None or not asked.is_proved:
        return _over()
    form = _NAME.sent()
    form.check(lambda: give_name(token=_token(), name=form.values["name"], now=request_time.now()))
    return account_form("account/code_name.html", form) if form.is_refused else _go_on(asked)


@blueprint.get(f"/code/link/{_TOKEN}")
@mailed_link
def code_link(token: str) -> Response:
    """Says which browser asked and when, so that nobody lets a stranger in."""
    asked = code_of_link(token, request_time.now())
    if asked is None:
        return _over()
    is_here, held = asked == _asked_here(), _held_by(asked)
    template = "account/hold_link.html" if held else "account/code_link.html"
    return make_response(render_template(template, asked=asked, token=token, is_here=is_here, held=held))


@blueprint.post(f"/code/link/{_TOKEN}")
@limit_token_tries
@mailed_link
def use_code_link(token: str) -> Response:
    """Let in the browser that asked, or (`here`) this one, which has to show that its own form was pressed."""
    if is_sent("here"):
        csrf.protect()
    now = request_time.now()
    asked, then = code_of_link(token, now), partial(enroll_guest, now=now)
    try:
        if not is_sent("here"):
            approve_by_link(link=token, now=now, then=then)
            return _approved(_held_by(asked))
        secret = move_by_link(link=token, now=now, then=then)
    except Refused:
        return _over()
    asked = asked_code(secret, now)
    return _over() if asked is None else _go_on(asked, secret)


def _ask(
    form: Form, page: Callable[[Form], Response], *, name: str | None = None, timezone: str | None = None
) -> Response:
    token = form.check(
        lambda: ask_for_code(
            email=form.values["email"],
            name=name,
            timezone=timezone,
            next_path=safe_next(form.values["next"], ""),
            user_agent=request.headers.get("User-Agent", ""),
            now=request_time.now(),
        )
    )
    if form.is_refused:
        return page(form)
    response = see_other(url_for("account.code"))
    set_secret_cookie(response, code_cookie(), token, lasts=LIFETIME)
    return response


def _go_on(asked: AskedCode, secret: str | None = None) -> Response:
    """Into the account; where there is none yet and nobody said a name, to the question for it."""
    token = secret or _token()
    try:
        user_id = use_code(token=token, now=request_time.now())
    except Refused as refused:
        if refused.code == "code_unusable":
            return _over()
        raise
    if user_id is None and from_htmx():
        return done(url_for("account.code"))
    if user_id is None:
        response = account_form("account/code_name.html", _NAME.filled())
        set_secret_cookie(response, code_cookie(), token, lasts=LIFETIME)
        return response
    held, response = _held_by(asked), begin_session(user_id, asked.next_path)
    if held is not None and held.was_late:
        flash(late_words(held), "wait")
    forget_secret_cookie(response, code_cookie())
    return response


def _known_zone(name: str) -> str | None:
    """The browser's own zone comes along unasked; one that we do not know is no error of the person."""
    return name if name in known_timezones() else None


def _asked_here() -> AskedCode | None:
    token = _token()
    return asked_code(token, request_time.now()) if token else None


def _token() -> str:
    return request.cookies.get(code_cookie(), "")


def _page(asked: AskedCode, form: Form) -> Response:
    held = _held_by(asked)
    template = "account/hold.html" if held else "account/code.html"
    body = render_template(template, asked=asked, held=held, form=form, errors=form.errors)
    return make_response(body, form.status)


def _held_by(asked: AskedCode | None) -> HeldPlace | None:
    return held_place(asked.guest_hold_id) if asked is not None and asked.guest_hold_id is not None else None


def _approved(held: HeldPlace | None) -> Response:
    """Said on the device that opened the mail; a guest reads there, too, what became of the place."""
    if held is None:
        return make_response(render_template("account/code_approved.html"))
    late = late_words(held) if held.was_late else None
    return make_response(render_template("account/hold_approved.html", held=held, late=late))


def _over() -> Response:
    return make_response(render_template("account/code_over.html"), 404)
