"""The video server: webhooks verified, join tokens made, by its own library.

That library takes 0.2 s and 39 MB to import, so it is imported where it is needed: a process
that never sees a webhook nor a join stays without it. Web workers of an installation with a video
server of its own get it before they are forked (`load_library`), so that no first webhook waits.
"""

import json
from base64 import b64decode, b64encode, urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
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
    """Verify token and hash, on the raw bytes, and read the JSON. Fails closed: whatever goes wrong is `Unverified`.

    The library's `TokenVerifier` decides about the token. Its classes for messages are left out: they read an
    unknown kind of participant as a person, so the raw JSON has to decide anyway.
    Raises `Unverified`; `Unreadable` when the signature is good and the body is not.
    """
    from livekit.api import TokenVerifier  # noqa: PLC0415 -- see above

    token = token or ""
    name, secret = _chosen_key(token, keys)
    try:
        claimed = TokenVerifier(name, secret).verify(token).sha256 or ""
        fits = compare_digest(b64decode(claimed, validate=True), sha256(body).digest())
    except Exception as error:
        # The library's own words are fixed sentences; they repeat neither the token nor the secret.
        raise Unverified(f"{type(error).__name__}: {str(error)[:100]}") from error
    if not fits:
        raise Unverified("the hash is of another body")
    return SignedBody(name, _strict_json(body))


def join_token(
    *,
    keys: Mapping[str, str],
    identity: str,
    name: str,
    room: str,
    now: datetime,
    until: datetime,
    is_host: bool = False,
) -> str:
    """A token that lets this identity join this room, valid until `until` (by the machine's clock, from now).

    A host may also mute and remove others there. The first key signs. Raises KeyError where there is none.
    """
    from livekit.api import AccessToken, VideoGrants  # noqa: PLC0415 -- see above

    if not keys:
        raise KeyError("no key of a video server is set up")
    key_name, secret = next(iter(keys.items()))
    token = AccessToken(key_name, secret).with_identity(identity).with_name(name).with_ttl(until - now)
    return token.with_grants(VideoGrants(room_join=True, room=room, room_admin=is_host or None)).to_jwt()


def webhook_token(body: bytes, *, key_name: str, secret: str) -> str:
    """The token that the video server would send along with this body: how the demonstration tells its story."""
    from livekit.api import AccessToken  # noqa: PLC0415 -- see above

    digest = b64encode(sha256(body).digest()).decode()
    return AccessToken(key_name, secret).with_ttl(_WEBHOOK_LIVES).with_sha256(digest).to_jwt()


def client_address(template: str, *, token: str, room: str) -> str:
    """The address that a person's browser opens to join: `template` with `{token}` and `{room}` filled in."""
    return template.replace("{token}", quote(token, safe="")).replace("{room}", quote(room, safe=""))


def _chosen_key(token: str, keys: Mapping[str, str]) -> tuple[str, str]:
    """The key that the token says it was signed with. Only the signature will prove that."""
    if not keys:
        raise Unverified("no key is set up (LIVEKIT_KEYS)")
    try:
        _, claims, _ = token.split(".")
        name = json.loads(urlsafe_b64decode(claims + "=="))["iss"]
    except Exception as error:
        raise Unverified(f"no token: {type(error).__name__}") from error
    if not isinstance(name, str) or name not in keys:
        raise Unverified(f"signed by a key that is not set up: {str(name)[:40]!r}")
    return name, keys[name]


def _strict_json(body: bytes) -> Any:
    """The JSON of a body: UTF-8, no key twice, no half characters, no numbers that are none."""
    try:
        text = body.decode("utf-8")
        raw = json.loads(text, object_pairs_hook=_each_key_once, parse_constant=_no_number)
        if "\\u" in text:
            json.dumps(raw, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{type(error).__name__}: {str(error)[:100]}") from error
    return raw


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a key stands there twice")
    return read


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")
