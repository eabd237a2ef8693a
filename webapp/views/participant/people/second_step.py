"""Setting up an authenticator app, and the recovery codes that stand for it."""

from flask import Response, flash, make_response, render_template, request, url_for

from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.services.accounts.second_step import app_to_set_up, begin_app, confirm_app, remove_app, renew_recovery_codes
from webapp.views import request_time
from webapp.views.current_actor import is_fresh_sign_in, sign_in_cookie
from webapp.views.forms.form import Form, FormKind
from webapp.views.guards import signed_in, the_actor
from webapp.views.http.rate_limits import limit_password_tries
from webapp.views.participant.blueprint import blueprint
from webapp.views.responses import see_other

_CODE = FormKind(("code",), otherwise="code")


@blueprint.post("/me/security/app/start")
@signed_in
def start_app() -> Response:
    begin_app(user_id=_me(), is_fresh=is_fresh_sign_in())
    return see_other(url_for("participant.app_form"))


@blueprint.get("/me/security/app")
@signed_in
def app_form() -> Response:
    return _page(_CODE.filled())


@blueprint.post("/me/security/app")
@limit_password_tries
@signed_in
def save_app() -> Response:
    form = _CODE.sent()
    codes = form.check(
        lambda: confirm_app(
            user_id=_me(),
            code=form.values["code"],
            cookie=request.cookies.get(sign_in_cookie(), ""),
            is_fresh=is_fresh_sign_in(),
            real_now=request_time.real_now(),
        )
    )
    return _page(form) if form.is_refused else _codes(codes)


@blueprint.post("/me/security/app/remove")
@signed_in
def end_app() -> Response:
    remove_app(user_id=_me(), is_fresh=is_fresh_sign_in(), real_now=request_time.real_now())
    flash(gettext("The app and your recovery codes no longer work. Signing in takes one step."))
    return see_other(url_for("participant.security"))


@blueprint.post("/me/security/recovery-codes")
@signed_in
def new_codes() -> Response:
    return _codes(renew_recovery_codes(user_id=_me(), is_fresh=is_fresh_sign_in()))


def _me() -> int:
    return the_actor().user_id or 0


def _codes(codes: list[str]) -> Response:
    """Shown in answer to the press and never again."""
    return make_response(render_template("participant/people/recovery_codes.html", codes=codes))


def _page(form: Form) -> Response:
    waiting = app_to_set_up(_me())
    if waiting is None or form.refusal:
        raise Refused("stale")
    body = render_template("participant/people/authenticator_app.html", errors=form.errors, app=waiting)
    return make_response(body, form.status)
