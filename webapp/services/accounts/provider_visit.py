"""The way to a provider and back, for views: no transaction is open while somebody else's machine is asked."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from webapp.adapters.signing_in.oidc import claims_of_return, leave_for
from webapp.config.providers import Provider
from webapp.services.unit_of_work import end_reading


def leave(provider: Provider, callback: str) -> Response:
    """Send the browser there. Raises `provider_unreachable`."""
    end_reading()
    return leave_for(provider, callback)


def come_back(provider: Provider) -> Mapping[str, Any]:
    """What the verified token says of whoever comes back. Raises `provider_declined`, `provider_failed`."""
    end_reading()
    return claims_of_return(provider)
