"""OpenID Connect by Authlib: discovery, PKCE, state, nonce and the ID token are its business.

The library and its HTTP client are loaded only where a provider is set up, with the first request for it.
"""

import logging
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, current_app

from webapp.config.providers import Provider
from webapp.domain.refusal import Refused

log = logging.getLogger(__name__)

#: A provider that is silent for longer holds nobody up.
_SECONDS = 10
#: Signed with the provider's own key; neither unsigned nor with a secret that we share.
_ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
#: By the machine's clock, as the provider's.
_LEEWAY_SECONDS = 60
_SCOPES = ("openid", "email", "profile")


def leave_for(provider: Provider, callback: str) -> Response:
    """Send the browser to the provider. Raises `provider_unreachable`."""
    client = _client(provider)
    try:
        _require_own_metadata(client, provider)
        answer: Response = client.authorize_redirect(callback)
    except _errors() as error:
        raise _refused("provider_unreachable", provider, error) from error
    return answer


def claims_of_return(provider: Provider) -> Mapping[str, Any]:
    """What the verified ID token says of whoever comes back with this request.

    Raises `provider_declined` (they said no there), and `provider_failed`: another browser, an old page, a token that
    does not hold.
    """
    from authlib.integrations.base_client import OAuthError  # noqa: PLC0415 -- see above

    client = _client(provider)
    try:
        _require_own_metadata(client, provider)
        token = client.authorize_access_token(
            claims_options={
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
            },
            leeway=_LEEWAY_SECONDS,
        )
        claims: Mapping[str, Any] = token["userinfo"]
    except OAuthError as error:
        code = "provider_declined" if error.error == "access_denied" else "provider_failed"
        raise _refused(code, provider, error) from error
    except _errors() as error:
        raise _refused("provider_failed", provider, error) from error
    return claims


def _client(provider: Provider) -> Any:
    oauth = current_app.extensions.get("oidc") or _load(current_app)
    return oauth.create_client(provider.name)


def _load(app: Flask) -> Any:
    from authlib.integrations.flask_client import OAuth  # noqa: PLC0415 -- see above

    oauth = OAuth(app)
    for one in app.extensions["settings"].oidc_providers:
        oauth.register(
            one.name,
            client_id=one.client_id,
            client_secret=one.client_secret,
            server_metadata_url=f"{one.issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": " ".join(_SCOPES),
                "code_challenge_method": "S256",
                "default_timeout": _SECONDS,
            },
        )
    app.extensions["oidc"] = oauth
    return oauth


def _require_own_metadata(client: Any, provider: Provider) -> None:
    """What was discovered is of this provider, and only signatures of its own are asked for."""
    metadata = client.load_server_metadata()
    if str(metadata.get("issuer", "")).rstrip("/") != provider.issuer:
        client.server_metadata.pop("_loaded_at", None)
        raise ValueError(f"issuer is {metadata.get('issuer')!r}")
    supported = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    metadata["id_token_signing_alg_values_supported"] = [one for one in supported if one in _ALGORITHMS]


def _errors() -> tuple[type[Exception], ...]:
    """Whatever goes wrong with somebody else's machine: it is not there, or says what it should not."""
    from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415 -- see above
    from joserfc.errors import JoseError  # noqa: PLC0415 -- see above
    from requests import RequestException  # noqa: PLC0415 -- see above

    return AuthlibBaseError, JoseError, RequestException, ValueError, KeyError, TypeError, RuntimeError


def _refused(code: str, provider: Provider, error: Exception) -> Refused:
    log.warning("signing in with %s did not work: %s: %s", provider.name, type(error).__name__, error)
    return Refused(code, provider=provider.label)
