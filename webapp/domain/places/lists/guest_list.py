"""A guest list as people export it from elsewhere: text in, one plain line per guest out."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from webapp.domain.formula_guard import unguard_formula
from webapp.domain.places.lists.guest_answer import Answer, answer_of, says_yes, together
from webapp.domain.places.lists.guest_columns import Columns, NameColumns
from webapp.domain.places.lists.guest_table import DELIMITERS, Row, find_table
from webapp.domain.refusal import Refused

__all__ = ["DELIMITERS", "MOST_ROWS", "Guest", "GuestList", "read_guest_list"]

MOST_ROWS = 20_000
_AT = re.compile("[@\uff20]")
#: What stands in a cell that nobody has filled in yet.
_PLACEHOLDERS = frozenset(["info requested", "information requested", "n/a", "tba", "tbd", "-", "--", "---"])


@dataclass(frozen=True, slots=True)
class Guest:
    """One line of the list; `number` is the line of the file it begins on. Nothing is checked yet."""

    number: int
    name: str
    address: str
    answer: Answer = Answer.COMING
    #: The words that say so, where some do.
    says: str = ""
    tickets: int = 1


@dataclass(frozen=True, slots=True)
class GuestList:
    """Everything the file says; `without_guest` counts rows that hold neither a name nor an address."""

    columns: Columns
    delimiter: str
    guests: tuple[Guest, ...]
    without_guest: int = 0


def read_guest_list(text: str, named: Mapping[str, str] | None = None) -> GuestList:
    """Read the text of a delimited file; `named` says by hand which column is what (`recognise_columns`).

    Raises Refused: `file_empty`, `file_broken` (NUL, quotes that do not close, cells too
    long), `no_address_column`, `no_addresses`, `too_many_rows`; of what was named by hand
    `column_missing`, `column_twice`, `column_needed`, `column_without_addresses`.
    """
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise Refused("file_empty")
    if "\0" in text:
        raise Refused("file_broken", line=text.count("\n", 0, text.index("\0")) + 1, why="it contains NUL bytes")
    named = named or {}
    if named.get("email") == "":
        raise Refused("column_needed")
    table = find_table(text, named)
    guests: list[Guest] = []
    without_guest = 0
    for row in table.rows:
        guest = _guest(row, table.columns)
        if guest.name or guest.address:
            guests.append(guest)
        else:
            without_guest += 1
        if len(guests) > MOST_ROWS:
            raise Refused("too_many_rows", most=MOST_ROWS)
    if "email" in named and not any(_AT.search(guest.address) for guest in guests):
        raise Refused("column_without_addresses", column=named["email"])
    return GuestList(table.columns, table.delimiter, tuple(guests), without_guest)


def _guest(row: Row, columns: Columns) -> Guest:
    cells = row.cells
    name = next((name for name in (_name(cells, one) for one in columns.names) if name), "")
    address = next((cell for cell in (_cell(cells, at) for at in columns.addresses) if cell), "")
    tickets = _cell(cells, columns.quantity)
    is_count = tickets.isascii() and tickets.isdigit() and len(tickets) < 5
    count = int(tickets) if is_count else 1
    answer, says = _answer(cells, columns)
    if count == 0 and answer is not Answer.OUT:
        answer, says = Answer.OUT, f"{columns.headings[columns.quantity or 0]}: 0"
    return Guest(row.number, name, bare_address(address), answer, says, count)


def _answer(cells: Sequence[str], columns: Columns) -> tuple[Answer, str]:
    """What the columns say together, and the cell that says it."""
    said = [(answer_of(words), words) for words in (_cell(cells, at) for at in columns.statuses)]
    for at in columns.cancelled:
        words = _cell(cells, at)
        if says_yes(words):
            said.append((Answer.OUT, f"{columns.headings[at]}: {words}"))
    answer = together(answer for answer, _ in said)
    return answer, next((words for one, words in said if one is answer and words), "")


def _name(cells: Sequence[str], columns: NameColumns) -> str:
    return _cell(cells, columns.whole) or f"{_cell(cells, columns.first)} {_cell(cells, columns.last)}".strip()


def _cell(cells: Sequence[str], at: int | None) -> str:
    """One cell as one line, as it was before a formula guard; other control characters are refused later."""
    if at is None or at >= len(cells):
        return ""
    text = " ".join(unguard_formula(cells[at]).split())
    return "" if text.casefold() in _PLACEHOLDERS else text


def bare_address(cell: str) -> str:
    """The address in what people write around one: `Gina <gina@x.example>`, `mailto:`, a full stop behind it."""
    text = "".join(c for c in cell if unicodedata.category(c) != "Cf").strip()
    before, opened, rest = text.rpartition("<")
    inside, closed, after = rest.partition(">")
    if opened and closed and not after.strip() and "@" in inside and "@" not in before:
        text = inside.strip()
    if text[:7].casefold() == "mailto:":
        text = text[7:]
    return _without_ends(text)


def _without_ends(text: str) -> str:
    return text.strip().rstrip(";,.").strip()


def answers_said(guests: Iterable[Guest]) -> dict[Answer, list[str]]:
    """Which words of the file were understood as which answer, each once, in order."""
    said: dict[Answer, dict[str, None]] = {}
    for guest in guests:
        if guest.says:
            said.setdefault(guest.answer, {})[guest.says] = None
    return {answer: list(words) for answer, words in said.items()}
