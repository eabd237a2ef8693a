"""The video server: webhooks verified, join tokens made, by its own library.

That library takes 0.2 s and 39 MB to import, so it is imported where it is needed: a process
that never sees a webhook nor a join stays without it. Web workers of an installation with a video
server of its own get it before they are forked (`load_library`), so that no first webhook waits.
"""

import json
from base64 import b64encode, urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import quote

#: As long as the video server's own.
_WEBHOOK_LIVES = timedelta(minutes=5)


class Unverified(Exception):
    """The token proves nothing about this body; the message says why, without token and secret."""


class Unreadable(Exception):
    """It is properly signed, but no JSON of a webhook."""


@dataclass(frozen=True, slots=True)
class SignedBody:
    """What a verified body says, and the name of the key that signed it."""

    key_name: str
    raw: Any


def load_library() -> None:
    """Import it now."""
    import livekit.api  # noqa: F401, PLC0415 -- see above


def open_signed_body(body: bytes, token: str | None, keys: Mapping[str, str]) -> SignedBody:
    """Verify token, hash and form. Fails closed: whatever goes wrong on the way is `Unverified`.

    Raises `Unverified`; `Unreadable` when the signature is good and the body is not.
    """
    from google.protobuf.json_format import ParseError  # noqa: PLC0415 -- see above
    from livekit.api import TokenVerifier, WebhookReceiver  # noqa: PLC0415 -- see above

    name, secret = _chosen_key(token, keys)
    verifier = TokenVerifier(name, secret)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        # It cannot be hashed as text; whoever sent it has at least to have a good token.
        _verify_alone(verifier, token)
        raise Unreadable("not UTF-8") from None
    try:
        WebhookReceiver(verifier).receive(text, token)
        return SignedBody(name, json.loads(text))
    except (ParseError, RecursionError) as error:
        raise Unreadable(type(error).__name__) from error
    except Exception as error:
        raise Unverified(_reason(error)) from error


def join_token(*, keys: Mapping[str, str], identity: str, name: str, room: str, now: datetime, until: datetime) -> str:
    """A token that lets this identity join this room, valid until `until` (by the machine's clock, from now).

    The first key signs. Raises KeyError where there is none.
    """
    from livekit.api import AccessToken, VideoGrants  # noqa: PLC0415 -- see above

    if not keys:
        raise KeyError("no key of a video server is set up")
    key_name, secret = next(iter(keys.items()))
    token = AccessToken(key_name, secret).with_identity(identity).with_name(name).with_ttl(until - now)
    return token.with_grants(VideoGrants(room_join=True, room=room)).to_jwt()


def webhook_token(body: bytes, *, key_name: str, secret: str) -> str:
    """The token that the video server would send along with this body: how the demonstration tells its story."""
    from livekit.api import AccessToken  # noqa: PLC0415 -- see above

    digest = b64encode(sha256(body).digest()).decode()
    return AccessToken(key_name, secret).with_ttl(_WEBHOOK_LIVES).with_sha256(digest).to_jwt()


def client_address(template: str, *, token: str, room: str) -> str:
    """The address that a person's browser opens to join: `template` with `{token}` and `{room}` filled in."""
    return template.replace("{token}", quote(token, safe="")).replace("{room}", quote(room, safe=""))


def _chosen_key(token: str | None, keys: Mapping[str, str]) -> tuple[str, str]:
    """The key that the token says it was signed with. Only the signature will prove that."""
    if not keys:
        raise Unverified("no key is set up (LIVEKIT_KEYS)")
    try:
        _, claims, _ = (token or "").split(".")
        name = json.loads(urlsafe_b64decode(claims + "=="))["iss"]
    except Exception as error:
        raise Unverified(f"no token: {type(error).__name__}") from error
    if not isinstance(name, str) or name not in keys:
        raise Unverified(f"signed by a key that is not set up: {str(name)[:40]!r}")
    return name, keys[name]


def _verify_alone(verifier: Any, token: str | None) -> None:
    try:
        verifier.verify(token)
    except Exception as error:
        raise Unverified(_reason(error)) from error


def _reason(error: Exception) -> str:
    """The library's own words are fixed sentences; they repeat neither the token nor the secret."""
    return f"{type(error).__name__}: {str(error)[:100]}"
