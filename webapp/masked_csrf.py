"""The token of forms in another disguise in each response.

A compressed page shows in its length what it repeats: a token that stays the same could be guessed letter by letter
by whoever gets text of their own into the page and sees how long the answers are (BREACH). So the signed token is
mixed with random bytes, anew for each response. A page is good for as long as its session, as before.
"""

import base64
import secrets
from functools import lru_cache

from flask import Flask, current_app, g, session
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf

_MASK_BYTES = 12


class MaskedCsrf(CSRFProtect):
    """Flask-WTF's protection; only what pages show is masked."""

    def init_app(self, app: Flask) -> None:
        super().init_app(app)
        app.jinja_env.globals["csrf_token"] = masked_token
        app.context_processor(lambda: {"csrf_token": masked_token})

    def _get_csrf_token(self) -> str | None:
        return unmask(super()._get_csrf_token())


def masked_token() -> str:
    """The token for this response: the same in each of its forms."""
    if "masked_csrf_token" not in g:
        held = session.get("csrf_token")
        signed = _signed(current_app.secret_key, held) if held else generate_csrf()
        g.masked_csrf_token = mask(signed, secrets.token_bytes(_MASK_BYTES))
    return g.masked_csrf_token


@lru_cache(maxsize=2048)
def _signed(_key: object, _held: str) -> str:
    """The token that this session holds, signed with the app's key. Somebody opens many pages with the same one."""
    return generate_csrf()


def mask(token: str, noise: bytes) -> str:
    """A token of ASCII letters and dots as another text, which `unmask` reads again."""
    return base64.urlsafe_b64encode(noise + _mixed(token.encode(), noise)).decode().rstrip("=")


def unmask(text: str | None) -> str | None:
    """What was masked. A plain token (it has dots), or anything else, comes back as it is; its signature decides."""
    if not text or "." in text:
        return text
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return _mixed(data[_MASK_BYTES:], data[:_MASK_BYTES]).decode("ascii")
    except ValueError:
        return text


def _mixed(data: bytes, noise: bytes) -> bytes:
    repeated = (noise * (len(data) // _MASK_BYTES + 1))[: len(data)]
    return (int.from_bytes(data) ^ int.from_bytes(repeated)).to_bytes(len(data))
