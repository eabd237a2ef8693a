"""A person's address under `/people/`: chosen, or drawn by lot; never derived from their name."""

import re
import secrets

from webapp.domain.refusal import Refused

SHORTEST, LONGEST = 3, 40
_PATTERN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
#: Lower-case letters and digits that nobody reads for one another; 10 of them are 50 bits.
_LOTS = "23456789abcdefghjkmnpqrstvwxyz"
_LOT_LENGTH = 10

#: Words that would make a person's page look like one of ours, or like somebody official.
RESERVED = frozenset(
    {
        "about", "account", "admin", "administrator", "anonymous", "api", "contact", "deleted", "deleted-person",
        "demo", "desk", "edit", "event", "events", "everybody", "help", "helper", "history", "home", "index", "info",
        "login", "logout", "mail", "moderator", "new", "nobody", "none", "null", "official", "operator", "organization",
        "organizations", "organizer", "owner", "people", "person", "postmaster", "preview", "privacy", "profile",
        "public", "reset", "root", "security", "settings", "signup", "staff", "static", "support", "system",
        "system-batch", "team", "turnout", "undefined", "user", "users", "webmaster", "www", "you",
    }
)  # fmt: skip


def clean_handle(text: str) -> str:
    """The handle as it is stored: 3 to 40 of a-z, 0-9 and single hyphens between them.

    Capitals become small, an @ in front is dropped. Raises `handle_invalid`, `handle_reserved`.
    """
    typed = text.strip().removeprefix("@")
    handle = typed.lower()
    # Asked before: a few letters of other scripts become ASCII when they become small.
    if not typed.isascii() or not SHORTEST <= len(handle) <= LONGEST or not _PATTERN.fullmatch(handle):
        raise Refused("handle_invalid", shortest=SHORTEST, longest=LONGEST)
    if handle in RESERVED:
        raise Refused("handle_reserved", handle=handle)
    return handle


def new_handle() -> str:
    """A handle that nobody can guess."""
    return "".join(secrets.choice(_LOTS) for _ in range(_LOT_LENGTH))
