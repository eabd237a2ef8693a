"""Signing in with a passkey: a script asks what to sign, and posts what the browser answered."""

from flask import Response, make_response

from webapp.services.accounts.passkey import begin_passkey_sign_in, sign_in_by_passkey
from webapp.views import request_time
from webapp.views.account.blueprint import blueprint
from webapp.views.account.sign_in import ask_for_proof, open_session, sign_in_page
from webapp.views.forms.form import FormKind
from webapp.views.guards import public
from webapp.views.http.rate_limits import limit_failed_passkeys
from webapp.views.relying_party import page_secret, the_relying_party

_PASSKEY = FormKind(("answer", "next"), otherwise="passkey")


@blueprint.post("/login/passkey/options")
@public
@limit_failed_passkeys
def passkey_options() -> Response:
    options = begin_passkey_sign_in(party=the_relying_party(), page=page_secret(), real_now=request_time.real_now())
    return make_response(options, {"Content-Type": "application/json"})


@blueprint.post("/login/passkey")
@public
@limit_failed_passkeys
def submit_passkey() -> Response:
    form = _PASSKEY.sent()
    user_id = form.check(
        lambda: sign_in_by_passkey(
            party=the_relying_party(),
            page=page_secret(),
            answer=form.values["answer"],
            real_now=request_time.real_now(),
        )
    )
    if form.is_refused:
        return sign_in_page(form)
    return open_session(user_id, ask_for_proof(user_id, form.values["next"]), took_both_steps=True)
