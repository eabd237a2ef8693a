"""Codes that are written down or read from a screen: twelve characters that nobody reads for one another."""

import secrets

from webapp.domain.places.pass_code import ALPHABET

_GROUP, _GROUPS = 4, 3
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})


def new_written_code() -> str:
    """A random code such as "KX4M-2QTW-98RD", one of 5 x 10^17."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))


def clean_written_code(text: str) -> str | None:
    """The code as it was written down, in any case and grouping; None for what cannot be one."""
    letters = "".join(text.split()).replace("-", "").upper().translate(_READ_AS)
    if len(letters) != _GROUP * _GROUPS or not set(letters) <= set(ALPHABET):
        return None
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))
