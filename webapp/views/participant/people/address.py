"""A person's own address: another one, proved by a code from its mailbox."""

from flask import Response, flash, make_response, render_template, request, url_for

from webapp.languages.words import N_, gettext
from webapp.queries.people.account import holder_of
from webapp.queries.people.address_change import awaited_address, proved_account
from webapp.services.accounts.address_change import ask_for_address, confirm_address
from webapp.views import request_time
from webapp.views.current_actor import is_fresh_sign_in, sign_in_cookie
from webapp.views.forms.form import Form, FormKind
from webapp.views.guards import signed_in, the_actor
from webapp.views.http.rate_limits import limit_own_mails, limit_password_tries
from webapp.views.participant.blueprint import blueprint
from webapp.views.responses import see_other

_ADDRESS = FormKind(
    ("email",), sentences={("email", "text_missing"): N_("Enter your new email address")}, otherwise="email"
)
_CODE = FormKind(("code",), otherwise="code")


@blueprint.get("/me/security/address")
@signed_in
def address_form() -> Response:
    return _page(_ADDRESS.filled())


@blueprint.post("/me/security/address")
@limit_own_mails
@signed_in
def save_address() -> Response:
    form = _ADDRESS.sent()
    form.check(
        lambda: ask_for_address(
            user_id=_me(),
            email=form.values["email"],
            cookie=_cookie(),
            is_fresh=is_fresh_sign_in(),
            now=request_time.now(),
        )
    )
    return _page(form) if form.is_refused else see_other(url_for("participant.address_form"))


@blueprint.post("/me/security/address/code")
@limit_password_tries
@signed_in
def submit_address_code() -> Response:
    form = _CODE.sent()
    address = form.check(
        lambda: confirm_address(user_id=_me(), code=form.values["code"], cookie=_cookie(), now=request_time.now())
    )
    if form.is_refused:
        # The new mailbox has an account, and this person just showed that they read it.
        is_other = proved_account(_me(), request_time.now()) is not None
        return see_other(url_for("participant.other_account")) if is_other else _page(form)
    flash(gettext("Your email address is now {address}.", address=address))
    return see_other(url_for("participant.security"))


def _me() -> int:
    return the_actor().user_id or 0


def _cookie() -> str:
    return request.cookies.get(sign_in_cookie(), "")


def _page(form: Form) -> Response:
    body = render_template(
        "participant/people/address.html",
        values=form.values,
        errors=form.errors,
        email=holder_of(_me()).email,
        awaited=awaited_address(_me(), request_time.now()),
        is_fresh=is_fresh_sign_in(),
    )
    return make_response(body, form.status)
