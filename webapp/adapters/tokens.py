"""Secrets that travel in links and cookies: random, and kept only as a hash."""

import hashlib
import secrets


def new_token() -> str:
    """A random URL-safe text of 256 bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What the database keeps: the SHA-256 of the token, in hex."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
