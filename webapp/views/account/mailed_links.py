"""Getting in by the mailbox: a link for a new password, and one that confirms whose address it is.

Opening a link changes nothing: mail scanners follow links, too.
"""

from flask import Response, flash, make_response, render_template, request, url_for

from webapp.domain.people.proof import AddressState, MailedLink
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.people.account import holder_of_link
from webapp.queries.people.address_change import undoable_change
from webapp.services.accounts.address_change import undo_address as take_address_back
from webapp.services.accounts.address_proof import (
    confirm_signed_in,
    confirm_with_password,
    request_reset,
    send_confirmation,
    use_reset,
)
from webapp.views import request_time
from webapp.views.account.blueprint import blueprint
from webapp.views.account.sign_in import CONFIRM, account_form
from webapp.views.current_actor import address_state, current_sign_in, sign_in_cookie
from webapp.views.errors import status_of
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.sent import one_field
from webapp.views.guards import any_session, mailed_link, public, the_sign_in
from webapp.views.http.rate_limits import limit_mails, limit_own_mails, limit_token_tries
from webapp.views.responses import safe_next, see_other
from webapp.views.words.refusals import refusal_sentence

_TOKEN = "<string(maxlength=100):token>"  # noqa: S105 -- a part of addresses
_MAIL = FormKind(("email",))
_PASSWORD = FormKind(("password",), sentences={"text_missing": N_("Choose a password")}, otherwise="password")


@blueprint.get("/reset")
@public
def reset() -> Response:
    return account_form("account/reset.html", _MAIL.filled())


@blueprint.post("/reset")
@public
@limit_mails
def submit_reset() -> Response:
    """The same answer and the same work for every address: neither says who has an account."""
    request_reset(email=one_field("email"), now=request_time.now())
    return make_response(render_template("account/reset_sent.html"))


@blueprint.get(f"/reset/{_TOKEN}")
@mailed_link
def new_password(token: str) -> Response:
    if holder_of_link(token, MailedLink.RESET, request_time.now()) is None:
        return _unusable(MailedLink.RESET)
    return account_form("account/new_password.html", _PASSWORD.filled())


@blueprint.post(f"/reset/{_TOKEN}")
@limit_token_tries
@mailed_link
def submit_new_password(token: str) -> Response:
    form = _PASSWORD.sent()
    if form.is_refused:
        return account_form("account/new_password.html", form)
    try:
        use_reset(token=token, new=form.values["password"], now=request_time.now())
    except Refused as refused:
        if refused.code == "reset_unusable":
            return _unusable(MailedLink.RESET)
        form.refuse(refused)
        return account_form("account/new_password.html", form)
    flash(gettext("Your password has been changed. Sign in with the new one."))
    return see_other(url_for("account.sign_in"))


@blueprint.get("/confirm")
@any_session
def proof() -> Response:
    """What an account that proved no address is asked for, and why."""
    state = address_state()
    next_path = safe_next(request.args.get("next"), "")
    if state is AddressState.PROVED:
        return see_other(next_path or url_for("participant.my_events"))
    found = the_sign_in()
    body = render_template(
        "account/proof.html",
        email=found.actor.email,
        state=state,
        until=found.proof.grace_until,
        zone=found.actor.timezone or "UTC",
        next_path=next_path,
    )
    return make_response(body)


@blueprint.post("/confirm")
@limit_own_mails
@any_session
def send_proof() -> Response:
    """Mail another link; the one before works no longer."""
    found = the_sign_in()
    if send_confirmation(user_id=found.actor.user_id or 0, now=request_time.now()):
        flash(gettext("We sent a new link to {email}. Earlier links don’t work anymore.", email=found.actor.email))
    return see_other(url_for("account.proof", next=safe_next(one_field("next"), "") or None))


@blueprint.get(f"{CONFIRM}{_TOKEN}")
@mailed_link
def confirm(token: str) -> Response:
    return _confirm_page(token, _PASSWORD.filled())


@blueprint.post(f"{CONFIRM}{_TOKEN}")
@limit_token_tries
@mailed_link
def submit_confirm(token: str) -> Response:
    """One button for whoever is signed in to this account here; everybody else chooses a password."""
    form, cookie = _PASSWORD.sent(), request.cookies.get(sign_in_cookie(), "")
    password = form.values["password"]
    if form.is_refused:
        return _confirm_page(token, form)
    try:
        if password or not _is_own(token):
            confirm_with_password(token=token, new=password, now=request_time.now())
            flash(gettext("Your address is confirmed and your password is saved. You can sign in now."))
            return see_other(url_for("account.sign_in"))
        confirm_signed_in(token=token, cookie=cookie, now=request_time.now())
    except Refused as refused:
        if refused.code == "reset_unusable":
            return _unusable(MailedLink.CONFIRM)
        form.refuse(refused)
        return _confirm_page(token, form)
    flash(gettext("Your address is confirmed."))
    return see_other(url_for("participant.my_events"))


@blueprint.get(f"/address/{_TOKEN}")
@mailed_link
def undo_address(token: str) -> Response:
    return _undo_page(token)


@blueprint.post(f"/address/{_TOKEN}")
@limit_token_tries
@mailed_link
def submit_undo_address(token: str) -> Response:
    """The old mailbox takes its account back."""
    try:
        take_address_back(token=token, now=request_time.now())
    except Refused as refused:
        return _undo_page(token, refused)
    flash(gettext("Your account is yours again. Sign in with a code by email."))
    return see_other(url_for("account.sign_in"))


def _undo_page(token: str, refused: Refused | None = None) -> Response:
    change = undoable_change(token, request_time.now())
    if change is None:
        return _unusable(MailedLink.RESET)
    problem = refusal_sentence(refused.code) if refused else None
    body = render_template("account/undo_address.html", change=change, token=token, problem=problem)
    return make_response(body, status_of(refused) if refused else 200)


def _is_own(token: str) -> bool:
    holder, found = holder_of_link(token, MailedLink.CONFIRM, request_time.now()), current_sign_in()
    return holder is not None and found is not None and found.actor.user_id == holder.user_id


def _confirm_page(token: str, form: Form) -> Response:
    holder = holder_of_link(token, MailedLink.CONFIRM, request_time.now())
    if holder is None:
        return _unusable(MailedLink.CONFIRM)
    body = render_template(
        "account/confirm.html",
        email=holder.email,
        has_password=holder.password_hash is not None,
        is_own=_is_own(token),
        page=url_for("account.confirm", token=token),
        errors=form.errors,
    )
    return make_response(body, form.status)


def _unusable(purpose: MailedLink) -> Response:
    return make_response(render_template("account/reset_unusable.html", purpose=purpose), 404)
