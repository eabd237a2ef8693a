"""Links that prove by themselves what they are for: signed, with an end, good for one thing.

Nothing about them is stored. Whoever holds the mail holds the link, so each purpose opens one
small thing and nothing else: a link of one purpose is worth nothing for another.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from itsdangerous import BadData, Signer, URLSafeSerializer
from itsdangerous.encoding import base64_decode, base64_encode

from webapp.domain.refusal import Refused

Claim = int | str
#: Longer texts are no link of ours.
LONGEST_LINK = 400

_END = "until"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_as_json = json.JSONEncoder(separators=(",", ":")).encode


class LinkPurpose(StrEnum):
    """Part of the key, so that links of different purposes cannot be exchanged."""

    ANSWER = "answer"
    ATTEND = "attend"
    CARE = "care"
    INVITATION = "invitation"
    OFFER = "offer"
    PLACE_IN_LINE = "place_in_line"
    UNSUBSCRIBE = "unsubscribe"


def sign(
    secret_keys: Sequence[str], purpose: LinkPurpose, *, expires_at: datetime | None = None, **claims: Claim
) -> str:
    """A URL-safe text that says `claims`; `expires_at` is the last instant it works, without one it never ends.

    `secret_keys`: the present key first, then those that were used before.
    """
    content: dict[str, Claim] = dict(claims)
    if expires_at is not None:
        content[_END] = (expires_at - _EPOCH) // _MICROSECOND
    return _signer(secret_keys[0], purpose).sign(base64_encode(_as_json(content))).decode()


def read(secret_keys: Sequence[str], purpose: LinkPurpose, token: str, now: datetime) -> dict[str, Claim]:
    """What a link says. Raises `link_invalid`, and after its end `link_expired` (facts: the claims)."""
    if len(token) > LONGEST_LINK or not _is_canonical(token):
        raise Refused("link_invalid")
    try:
        content = _serializer(tuple(secret_keys), purpose).loads(token)
    except BadData:
        raise Refused("link_invalid") from None
    until = content.pop(_END, None)
    if until is not None and now > _EPOCH + int(until) * _MICROSECOND:
        raise Refused("link_expired", **content)
    return content


@lru_cache(maxsize=16)
def _serializer(secret_keys: tuple[str, ...], purpose: LinkPurpose) -> URLSafeSerializer:
    return URLSafeSerializer(
        # The library wants the present key last.
        list(reversed(secret_keys)),
        salt=f"turnout.link.{purpose}",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )


@lru_cache(maxsize=16)
def _signer(secret_key: str, purpose: LinkPurpose) -> Signer:
    """What `_serializer` signs with, its key derived once: thousands of links are signed in a row."""
    key = _serializer((secret_key,), purpose).make_signer().derive_key()
    return Signer(key, digest_method=hashlib.sha256, key_derivation="none")


def _is_canonical(token: str) -> bool:
    """One spelling per signature: the last letter of base64 has bits that nobody reads."""
    signature = token.rpartition(".")[2]
    try:
        return base64_encode(base64_decode(signature)).decode() == signature
    except (BadData, UnicodeError):
        return False
