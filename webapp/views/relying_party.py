"""For whom passkeys are made here: the public address of the installation."""

from flask import current_app, request, session

from webapp.domain.people.passkey import RelyingParty, relying_party_of
from webapp.domain.refusal import Refused


def relying_party() -> RelyingParty | None:
    """None where the installation has no host name, only a number. At home it may be called localhost, too."""
    settings = current_app.extensions["settings"]
    found = relying_party_of(settings.base_url)
    if found is None and not settings.is_production and request.host.partition(":")[0] == "localhost":
        return relying_party_of(request.host_url)
    return found


def the_relying_party() -> RelyingParty:
    """The same for a view that only passkeys lead to. Raises `not_found`."""
    party = relying_party()
    if party is None:
        raise Refused("not_found")
    return party


def page_secret() -> str:
    """The secret of this page's session, which its form token is made of."""
    return str(session.get("csrf_token", ""))
