"""The list of an event: what stands on it, and how a pasted text is read."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from webapp.domain.places.lists.pasted_people import MOST_LINES, read_pasted
from webapp.domain.refusal import Refused

#: Of one event.
MOST_ENTRIES = 5_000
_MARKS = re.compile(r"[,;\s]+")


class EntryKind(StrEnum):
    """Whom an entry stands for."""

    ADDRESS = "address"
    #: Everybody whose address ends with it.
    DOMAIN = "domain"
    #: Everybody who belongs to a facility.
    FACILITY = "facility"
    #: Everybody with a place in a class, or who completed it.
    CLASS = "class"


#: Entries that are written as text.
WRITTEN = frozenset({EntryKind.ADDRESS, EntryKind.DOMAIN})


@dataclass(frozen=True, slots=True)
class WrittenEntry:
    """One line of a pasted text: what it puts on the list, or what is wrong with it. `number` counts from 1."""

    number: int
    text: str
    kind: EntryKind | None = None
    value: str = ""
    problem: Refused | None = None


def read_entries(text: str, clean: Callable[[str], str]) -> list[WrittenEntry]:
    """Every address and domain (`@studio.example`) of the text, each once; names beside addresses are left out.

    `clean` gives the stored spelling of an address or refuses it. Raises Refused: `nobody_pasted`, `too_many_lines`.
    """
    found: dict[tuple[EntryKind | None, str], WrittenEntry] = {}
    for number, piece in _pieces(text):
        entry = _read(number, piece, clean)
        found.setdefault((entry.kind, entry.value or piece), entry)
    if len(found) > MOST_LINES:
        raise Refused("too_many_lines", most=MOST_LINES, lines=len(found))
    return list(found.values())


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Several addresses in one line are as many pieces."""
    for person in read_pasted(text):
        written = f"{person.address} {person.name}".strip()
        if written.count("@") > 1:
            yield from ((person.number, piece.strip("<>\"'")) for piece in _MARKS.split(written) if "@" in piece)
        else:
            yield person.number, person.address or person.name


def _read(number: int, text: str, clean: Callable[[str], str]) -> WrittenEntry:
    is_domain = text.startswith(("@", "*@"))
    try:
        if is_domain:
            domain = clean(f"anybody{text.removeprefix('*')}").partition("@")[2]
            return WrittenEntry(number, text, EntryKind.DOMAIN, domain)
        return WrittenEntry(number, text, EntryKind.ADDRESS, clean(text))
    except Refused as refused:
        return WrittenEntry(number, text, problem=refused)
