"""Words in braces in a message that become another text for each reader: {first name}, {event}."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from enum import Enum

from webapp.domain.refusal import Refused


class Placeholder(Enum):
    """What stands between the braces; the same in every language, so that a copied message still works."""

    FIRST_NAME = "first name"
    NAME = "name"
    EVENT = "event"
    DATE = "date"
    TIME = "time"
    PLACE = "place"
    LINK = "link"


_IN_BRACES = re.compile(r"\{([^{}\n]*)\}")
#: What people type out of habit.
_ALSO = {"firstname": Placeholder.FIRST_NAME, "their link": Placeholder.LINK, "starts": Placeholder.DATE}

Piece = str | Placeholder


def pieces_of(text: str) -> tuple[Piece, ...]:
    """The text in order, cut at its placeholders; a brace that is alone is a brace.

    Raises Refused: `placeholder_unknown`, with what was `written` and, where one is near, what may be `meant`.
    """
    parts = _IN_BRACES.split(text)
    return tuple(_placeholder(part) if at % 2 else part for at, part in enumerate(parts) if at % 2 or part)


def filled(pieces: tuple[Piece, ...], words: Mapping[Placeholder, str]) -> str:
    """The text for one reader."""
    return "".join(words[one] if isinstance(one, Placeholder) else one for one in pieces)


def _placeholder(written: str) -> Placeholder:
    name = " ".join(written.replace("_", " ").casefold().split())
    if name in _ALSO:
        return _ALSO[name]
    known = {one.value: one for one in Placeholder}
    if name in known:
        return known[name]
    near = get_close_matches(name, list(known), n=1)
    facts = {"meant": f"{{{near[0]}}}"} if near else {}
    raise Refused("placeholder_unknown", written=f"{{{written}}}", **facts)
