"""Signing up, signing in and out, and getting back in by a mailed link."""

from flask import Blueprint, Response, current_app, flash, make_response, render_template, request, session, url_for

from webapp import clock
from webapp.domain.event_days import known_timezones
from webapp.domain.refusal import Refused
from webapp.queries.people.account import is_usable_reset
from webapp.services.people.account import (
    authenticate,
    request_reset,
    require_email,
    require_name,
    require_password,
    sign_up,
    use_reset,
)
from webapp.services.people.sign_in import begin_sign_in, end_sign_in
from webapp.views.current_actor import current_actor, forget_secret_cookie, set_secret_cookie, sign_in_cookie
from webapp.views.form_input import one_field
from webapp.views.form_problems import in_words, problems_of
from webapp.views.guards import public
from webapp.views.rate_limits import limit_failed_sign_ins, limit_mails, limit_sign_ups, limit_token_tries
from webapp.views.responses import safe_next, see_other

blueprint = Blueprint("account", __name__)


@blueprint.get("/login")
@public
def sign_in() -> Response:
    if current_actor() is not None:
        return see_other(_next(request.args.get("next")))
    return _form("account/login.html", {"email": ""}, next_path=request.args.get("next"))


@blueprint.post("/login")
@public
@limit_failed_sign_ins
def submit_sign_in() -> Response:
    email, next_path = one_field("email"), one_field("next")
    try:
        user_id = authenticate(email=email, password=one_field("password"))
    except Refused as refused:
        problems = {"email": in_words(refused)}
        return _form("account/login.html", {"email": email}, next_path=next_path, problems=problems)
    return _begin(user_id, next_path)


@blueprint.get("/signup")
@public
def sign_up_form() -> Response:
    if current_actor() is not None:
        return see_other(_next(request.args.get("next")))
    return _form("account/signup.html", {"email": "", "name": ""}, next_path=request.args.get("next"))


@blueprint.post("/signup")
@public
@limit_sign_ups
def submit_sign_up() -> Response:
    values = {name: one_field(name) for name in ("name", "email", "timezone")}
    password, next_path = one_field("password"), one_field("next")
    problems = problems_of(
        name=lambda: require_name(values["name"]),
        email=lambda: require_email(values["email"]),
        password=lambda: require_password(password),
    )
    if problems:
        return _form("account/signup.html", values, next_path=next_path, problems=problems)
    try:
        user_id = sign_up(
            email=values["email"], name=values["name"], password=password,
            timezone=_known_zone(values["timezone"]), now=clock.now(),
        )  # fmt: skip
    except Refused as refused:
        return _form("account/signup.html", values, next_path=next_path, problems={"email": in_words(refused)})
    return _begin(user_id, next_path)


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


@blueprint.get("/reset")
@public
def reset() -> Response:
    return _form("account/reset.html", {"email": ""})


@blueprint.post("/reset")
@public
@limit_mails
def submit_reset() -> Response:
    """The same answer for every address: it says nothing about who has an account."""
    base_url = current_app.extensions["settings"].base_url

    def link_to(token: str) -> str:
        return base_url + url_for("account.new_password", token=token)

    request_reset(email=one_field("email"), link_to=link_to, now=clock.now())
    return make_response(render_template("account/reset_sent.html"))


@blueprint.get("/reset/<string(maxlength=100):token>")
@public
def new_password(token: str) -> Response:
    if not is_usable_reset(token, clock.now()):
        return make_response(render_template("account/reset_unusable.html"), 404)
    return _form("account/new_password.html", {})


@blueprint.post("/reset/<string(maxlength=100):token>")
@public
@limit_token_tries
def submit_new_password(token: str) -> Response:
    try:
        use_reset(token=token, new=one_field("password"), now=clock.now())
    except Refused as refused:
        if refused.code == "reset_unusable":
            return make_response(render_template("account/reset_unusable.html"), 404)
        return _form("account/new_password.html", {}, problems={"password": in_words(refused)})
    flash("Your password is changed. Sign in with the new one.")
    return see_other(url_for("account.sign_in"))


def _begin(user_id: int, next_path: str) -> Response:
    """A session with a token and a page cookie of its own: nothing from before lives on."""
    old = request.cookies.get(sign_in_cookie())
    if old:
        end_sign_in(token=old)
    token = begin_sign_in(user_id=user_id, user_agent=request.headers.get("User-Agent", ""), real_now=clock.real_now())
    session.clear()
    response = see_other(_next(next_path))
    set_secret_cookie(response, sign_in_cookie(), token)
    return response


def _form(
    template: str, values: dict[str, str], *, next_path: str | None = None, problems: dict[str, str] | None = None
) -> Response:
    body = render_template(template, values=values, errors=problems or {}, next_path=safe_next(next_path, ""))
    return make_response(body, 422 if problems else 200)


def _next(path: str | None) -> str:
    return safe_next(path, url_for("participant.events"))


def _known_zone(name: str) -> str | None:
    """The browser's own zone comes along unasked; one that we do not know is no error of the person."""
    return name if name in known_timezones() else None
