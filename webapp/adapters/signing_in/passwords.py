"""Passwords: argon2id, slow on purpose. Never hash or verify inside a transaction."""

from collections.abc import Sequence
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from webapp.config import Environment


def hash_password(password: str) -> str:
    """A fresh hash, about a sixth of a second of work."""
    return _hasher().hash(_bytes(password))


def is_right_password(stored: str | None, password: str) -> bool:
    """Whether the password is the one behind the hash.

    Without a hash (nobody has that address) the same work is done on a made-up one, so that
    the time of the answer does not tell who has an account.
    """
    hasher = _hasher()
    try:
        return hasher.verify(stored or _nobodys_hash(hasher), _bytes(password)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


#: Below so many guesses a password is found soon, by the library's own scale ("very guessable").
_TOO_FEW_GUESSES = 10**6
#: The library's work grows fast with the length; so much of a password says whether it is a common one.
_LOOKED_AT = 16


def is_easy_to_guess(password: str, *, about: Sequence[str] = ()) -> bool:
    """Whether a password is a common one, or close to one, or to a word `about` the person."""
    # Tens of thousands of words: only processes in which somebody chooses a password read them.
    from zxcvbn import zxcvbn  # noqa: PLC0415 -- see above

    words = ["turnout", *(word for text in about for word in [text, *text.replace("@", " ").split()])]
    if password.casefold() in {word.casefold() for word in words}:
        return True
    pieces = {password[:_LOOKED_AT], password[-_LOOKED_AT:]}
    return all(zxcvbn(piece, user_inputs=words)["guesses"] < _TOO_FEW_GUESSES for piece in pieces)


def _bytes(password: str) -> bytes:
    # Half of a broken character is possible in a form; it must not be an error.
    return password.encode("utf-8", "surrogatepass")


def _hasher() -> PasswordHasher:
    return _hasher_for(current_app.extensions["settings"].environment)


@cache
def _hasher_for(environment: Environment) -> PasswordHasher:
    """The library's parameters; cheap ones where passwords belong to made-up people of tests."""
    if environment is Environment.TEST:
        return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return PasswordHasher()


@cache
def _nobodys_hash(hasher: PasswordHasher) -> str:
    return hasher.hash(b"nobody")
