"""The keys that the environment gives, each strong enough; outside production they are made and kept."""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path

from webapp.config.error import SettingsError
from webapp.config.strength import weakness_of

#: The name of the key that the demo makes for itself.
DEMO_LIVEKIT_KEY = "APIdemo"
#: What HS256 needs to be as strong as its hash.
_LIVEKIT_SECRET_BYTES = 32


def secret_key(env: Mapping[str, str], kept: Path, *, production: bool) -> str:
    """The key that signs; outside production one is made and kept in that file."""
    key = env.get("TURNOUT_SECRET_KEY", "")
    if production:
        if not key:
            raise SettingsError("TURNOUT_SECRET_KEY is missing; it is a random text of at least 32 characters")
        if weakness := weakness_of(key):
            raise SettingsError(f"TURNOUT_SECRET_KEY {weakness}; use a random text of at least 32 characters")
        return key
    return key or _kept_secret(kept)


def previous_keys(env: Mapping[str, str], *, production: bool) -> tuple[str, ...]:
    """What they signed is still believed, so they have to be as good."""
    keys = tuple(_words(env.get("TURNOUT_PREVIOUS_SECRET_KEYS", "")))
    for number, key in enumerate(keys if production else (), start=1):
        if weakness := weakness_of(key):
            raise SettingsError(f"TURNOUT_PREVIOUS_SECRET_KEYS: key {number} {weakness}; leave it out")
    return keys


def _kept_secret(path: Path) -> str:
    """A random key that survives restarts; of several processes at once the first one wins."""
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix="secret-") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)  # appears whole or not at all
    return path.read_text()


def livekit_keys(env: Mapping[str, str], kept: Path | None, *, production: bool) -> dict[str, str]:
    """Pairs "name:secret" by commas, or the one of the demonstration, kept in that file.

    No line of these refusals shows a secret.
    """
    pairs = _words(env.get("LIVEKIT_KEYS", ""))
    if not pairs and kept is not None:
        return {DEMO_LIVEKIT_KEY: _kept_secret(kept)}
    keys: dict[str, str] = {}
    for number, pair in enumerate(pairs, start=1):
        name, colon, secret = (part.strip() for part in pair.partition(":"))
        if not (name and colon and secret):
            raise SettingsError(f"LIVEKIT_KEYS: pair {number} is not name:secret; separate pairs by commas")
        if name in keys:
            raise SettingsError(f"LIVEKIT_KEYS: pair {number} has the name of another pair")
        if production and (weakness := weakness_of(secret, shortest=_LIVEKIT_SECRET_BYTES)):
            raise SettingsError(f"LIVEKIT_KEYS: the secret of pair {number} {weakness}; use a random one")
        keys[name] = secret
    return keys


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
