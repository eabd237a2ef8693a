"""Who somebody is to the video server: `u` and the number of the account."""

import re

from webapp.domain.numbers import MAX_ID

_OURS = re.compile(r"u([1-9][0-9]{0,18})", re.ASCII)


def identity_for(user_id: int) -> str:
    """u42"""
    return f"u{user_id}"


def user_id_of(identity: str) -> int | None:
    """The account an identity names, or None where it is none of ours (whether it exists is not known here)."""
    found = _OURS.fullmatch(identity)
    if found is None:
        return None
    number = int(found.group(1))
    return number if number <= MAX_ID else None
