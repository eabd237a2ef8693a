"""How somebody signs in: passkeys and whatever else opens the account, added and removed by its owner."""

from flask import Response, flash, make_response, render_template, request, url_for

from webapp.languages.words import N_, gettext
from webapp.queries.people.account import holder_of
from webapp.queries.people.identity import identities_of
from webapp.queries.people.passkey import passkeys_of
from webapp.queries.people.second_step import demanding_organizations, second_step_of
from webapp.queries.people.sign_in import browser_of
from webapp.services.accounts.passkey import add_passkey, begin_passkey, remove_passkey
from webapp.services.organizations.provider_sign_in import remove_identity
from webapp.views import request_time
from webapp.views.current_actor import is_fresh_sign_in, sign_in_cookie
from webapp.views.forms.form import Form, FormKind
from webapp.views.guards import signed_in, the_actor, the_sign_in
from webapp.views.participant.blueprint import blueprint
from webapp.views.relying_party import page_secret, relying_party, the_relying_party
from webapp.views.responses import see_other
from webapp.views.words.devices import device_words

_PASSKEY = FormKind(
    ("name", "answer"),
    sentences={("name", "text_missing"): N_("Enter a name for it, such as the device")},
    field_of={"text_missing": "name", "text_too_long": "name", "text_broken": "name"},
    otherwise="passkey",
)


@blueprint.get("/me/security")
@signed_in
def security() -> Response:
    return _page(_PASSKEY.filled({"name": _this_device()}))


@blueprint.post("/me/security/passkeys/options")
@signed_in
def new_passkey_options() -> Response:
    options = begin_passkey(
        party=the_relying_party(),
        user_id=the_actor().user_id or 0,
        page=page_secret(),
        real_now=request_time.real_now(),
    )
    return make_response(options, {"Content-Type": "application/json"})


@blueprint.post("/me/security/passkeys")
@signed_in
def save_passkey() -> Response:
    form = _PASSKEY.sent()
    form.check(
        lambda: add_passkey(
            party=the_relying_party(),
            user_id=the_actor().user_id or 0,
            page=page_secret(),
            name=form.values["name"],
            answer=form.values["answer"],
            cookie=request.cookies.get(sign_in_cookie(), ""),
            is_fresh=is_fresh_sign_in(),
            real_now=request_time.real_now(),
        )
    )
    if form.is_refused:
        return _page(form)
    flash(gettext("Passkey added. You can sign in with it from now on."))
    return see_other(url_for("participant.security"))


@blueprint.post("/me/security/passkeys/<id:passkey_id>/remove")
@signed_in
def end_passkey(passkey_id: int) -> Response:
    remove_passkey(user_id=the_actor().user_id or 0, passkey_id=passkey_id, real_now=request_time.real_now())
    flash(gettext("Passkey removed. Delete it on your device, too."))
    return see_other(url_for("participant.security"))


@blueprint.post("/me/security/identities/<id:identity_id>/remove")
@signed_in
def end_identity(identity_id: int) -> Response:
    remove_identity(user_id=the_actor().user_id or 0, identity_id=identity_id, now=request_time.now())
    flash(gettext("Removed. You can no longer sign in with it."))
    return see_other(url_for("participant.security"))


def _page(form: Form) -> Response:
    user_id = the_actor().user_id or 0
    holder, found = holder_of(user_id), the_sign_in()
    body = render_template(
        "participant/people/security.html",
        form=form,
        errors=form.errors,
        is_fresh=is_fresh_sign_in(),
        can_use_passkeys=relying_party() is not None,
        passkeys=passkeys_of(user_id),
        identities=identities_of(user_id),
        second=second_step_of(user_id),
        demanding=demanding_organizations(found.sign_in_id) if found.lacks_second_step else [],
        has_password=holder.password_hash is not None,
        email=holder.email,
        real_now=request_time.real_now(),
        zone=the_actor().timezone or "UTC",
    )
    return make_response(body, form.status)


def _this_device() -> str:
    return device_words(browser_of(request.headers.get("User-Agent", "")))
