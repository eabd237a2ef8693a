"""Signing in with an account of somebody else: to the provider, and back from it.

Both are addresses that a browser is sent to. What they change is bound to this browser by the state that the page's
cookie keeps.
"""

from flask import Response, current_app, request, session

from webapp.config.providers import Provider
from webapp.domain.people.provider import read_claims, took_both_steps
from webapp.domain.refusal import Refused
from webapp.services.accounts.provider_visit import come_back, leave
from webapp.services.organizations.provider_sign_in import sign_in_by_provider
from webapp.views import request_time
from webapp.views.account.blueprint import blueprint
from webapp.views.account.sign_in import begin_session, open_session, sign_in_page
from webapp.views.addresses import public_url
from webapp.views.forms.form import FormKind
from webapp.views.guards import public
from webapp.views.http.rate_limits import limit_provider_visits
from webapp.views.responses import safe_next

_NAME = "<string(maxlength=20):name>"
_NEXT = "provider_next"
_FORM = FormKind(("email", "next"), otherwise="provider")


@blueprint.get(f"/login/with/{_NAME}")
@public
@limit_provider_visits
def leave_for_provider(name: str) -> Response:
    provider = _provider(name)
    session[_NEXT] = safe_next(request.args.get("next"), "")
    try:
        return leave(provider, public_url("account.return_from_provider", name=name))
    except Refused as refused:
        return _refused(refused, provider)


@blueprint.get(f"/login/with/{_NAME}/back")
@public
@limit_provider_visits
def return_from_provider(name: str) -> Response:
    """Into the account, or to the sign-in page with the reason; then nothing has changed."""
    provider, next_path = _provider(name), safe_next(session.get(_NEXT), "")
    try:
        asserted = read_claims(come_back(provider), provider.groups_claim)
        user_id = sign_in_by_provider(provider=provider, asserted=asserted, now=request_time.now())
    except Refused as refused:
        return _refused(refused, provider, next_path)
    if took_both_steps(provider.second_step, asserted):
        return open_session(user_id, next_path, took_both_steps=True, provider=provider.issuer)
    return begin_session(user_id, next_path, provider=provider.issuer)


@blueprint.app_template_global()
def providers() -> tuple[Provider, ...]:
    """Those that people can sign in with here."""
    found: tuple[Provider, ...] = current_app.extensions["settings"].oidc_providers
    return found


@blueprint.app_template_global()
def provider_label(issuer: str) -> str:
    """What the provider of that issuer is called; of one that is no longer set up, its address."""
    return next((one.label for one in providers() if one.issuer == issuer), issuer)


def _provider(name: str) -> Provider:
    found = next((one for one in providers() if one.name == name), None)
    if found is None:
        raise Refused("not_found")
    return found


def _refused(refused: Refused, provider: Provider, next_path: str = "") -> Response:
    form = _FORM.filled({"next": next_path})
    # A fact of ours in every sentence, and the field is that of the buttons.
    form.refuse(Refused(refused.code, **{**refused.facts, "provider": provider.label, "field": "provider"}))
    return sign_in_page(form)
