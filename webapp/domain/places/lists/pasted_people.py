"""People as staff types or pastes them: a line each, in the ways in which other programs copy them."""

import re
from dataclasses import dataclass

from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line

#: Lines of one paste; a file takes more.
MOST_LINES = 500
PHONE_LIMIT = 40

_IN_ANGLES = re.compile(r"^(?P<name>.*?)\s*<(?P<address>[^<>]*)>\s*[,;]?$")
_PHONE = re.compile(r"\+?[\d\s()/.\-]{5,}")
_QUOTES = "\"“”„'‚‘’«» \t"


@dataclass(frozen=True, slots=True)
class PastedPerson:
    """One line, as it was typed. `number` counts from 1, empty lines included."""

    number: int
    name: str
    address: str = ""
    phone: str = ""


def read_pasted(text: str) -> list[PastedPerson]:
    """Everybody in the text: `Name <address>`, `Name, address`, `Name; phone`, cells with tabs, or a name alone.

    Raises Refused: `nobody_pasted`, `too_many_lines` (facts `most`, `lines`).
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    people = [_read(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if not people:
        raise Refused("nobody_pasted")
    if len(people) > MOST_LINES:
        raise Refused("too_many_lines", most=MOST_LINES, lines=len(people))
    return people


def write_pasted(person: PastedPerson) -> str:
    """The line that `read_pasted` reads as this person."""
    return "\t".join([person.name, person.address, person.phone]).rstrip("\t")


def clean_phone(text: str) -> str:
    """A phone number as it is kept: as typed, single spaces. Raises Refused: `phone_invalid`, `text_...`."""
    line = clean_line(text, limit=PHONE_LIMIT, field="phone")
    if not _is_phone(line):
        raise Refused("phone_invalid", phone=line)
    return line


def _read(number: int, line: str) -> PastedPerson:
    angled = _IN_ANGLES.match(line.strip())
    if angled and "\t" not in line:
        return PastedPerson(number, angled["name"].strip(_QUOTES), angled["address"].strip())
    separator = next((mark for mark in "\t;," if mark in line), None)
    cells = [cell.strip(_QUOTES) for cell in (line.split(separator) if separator else [line])]
    address = next((cell for cell in cells if "@" in cell), "")
    phone = next((cell for cell in cells if _is_phone(cell)), "")
    names = [cell for cell in cells if cell and cell not in {address, phone}]
    return PastedPerson(number, (" " if separator == "\t" else ", ").join(names), address, phone)


def _is_phone(text: str) -> bool:
    return bool(_PHONE.fullmatch(text)) and sum(sign.isdigit() for sign in text) >= 5
