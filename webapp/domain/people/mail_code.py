"""Codes by mail: six digits that prove a mailbox, typed in the browser that asked for them."""

import secrets
from datetime import timedelta

from webapp.domain.refusal import Refused

LIFETIME = timedelta(minutes=15)
MOST_TRIES = 5
#: How long the mailbox from before a change of address can undo it.
UNDO_LIFETIME = timedelta(days=7)
#: The mail around one. What it says is a secret of the mailbox.
MAIL_KIND = "mail_code"

_LENGTH = 6


def new_code() -> str:
    """A random code; a guess among five tries is right once in 200,000 times."""
    return f"{secrets.randbelow(10**_LENGTH):0{_LENGTH}}"


def clean_code(text: str) -> str:
    """The digits as they were mailed, however they are grouped; `code_missing`, `code_malformed`."""
    digits = "".join(character for character in text if not character.isspace() and character != "-")
    if not digits:
        raise Refused("code_missing")
    if len(digits) != _LENGTH or not digits.isascii() or not digits.isdigit():
        raise Refused("code_malformed")
    return digits
