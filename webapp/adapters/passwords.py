"""Passwords: argon2id, slow on purpose. Never hash or verify inside a transaction."""

from argon2 import PasswordHasher

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """A fresh hash, about a sixth of a second of work."""
    return _hasher.hash(password)
