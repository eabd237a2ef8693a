"""Passkeys: for which address of the installation they are made, and how long a browser may take."""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

#: How long what a browser is asked to sign can be signed, once.
CHALLENGE_LIFETIME = timedelta(minutes=5)
MOST_PASSKEYS = 20
NAME_LIMIT = 60


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Whom passkeys are made for: a host name and the origin of its pages."""

    id: str
    origin: str


def relying_party_of(base_url: str) -> RelyingParty | None:
    """The one of an installation at that address; None where it has no host name: browsers make none for numbers."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return RelyingParty(host, f"{parts.scheme}://{parts.netloc}") if host else None
    return None


def user_handle(user_id: int) -> bytes:
    """What a passkey keeps of its account: a number that says nothing outside of this installation."""
    return f"u{user_id}".encode()
