"""A guest list as people export it from elsewhere: text in, one plain line per guest out."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from webapp.domain.guest_columns import Columns, recognise_columns
from webapp.domain.refusal import Refused
from webapp.domain.text import fold

MOST_ROWS = 20_000
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
#: Above the headings some products put a title and the day of the export.
_LINES_ABOVE = 10
_LONGEST_CELL = 100_000

_OUT = {
    "no", "nein", "nao", "non", "notattending", "notgoing", "cantgo", "absent", "deleted", "void", "voided", "expired",
    "abgelaufen", "abgesagt", "abgelehnt", "absage", "erstattet", "geloscht", "rechazado", "rechazada", "recusado",
    "recusada", "refuse", "refusee", "reembolsado", "reembolsada", "rembourse", "remboursee", "noasiste", "noasistira",
    "naovai", "naocomparecera", "neparticipepas", "nimmtnichtteil", "kommtnicht", "expirado", "expire",
}  # fmt: skip
_OUT_BEGINNINGS = ("cancel", "storn", "annul", "anul", "refund", "declin", "reject", "withdr", "zuruckgez")
_YES = {
    "yes", "y", "true", "1", "x", "ja", "j", "si", "s", "sim", "oui", "o", "wahr", "verdadero", "verdadeiro", "vrai",
}  # fmt: skip
_NO = {"false", "0", "n", "falsch", "falso", "faux"}


@dataclass(frozen=True, slots=True)
class Guest:
    """One line of the list; `number` is the line of the file it begins on. Nothing is checked yet."""

    number: int
    name: str
    address: str
    is_out: bool = False
    tickets: int = 1


@dataclass(frozen=True, slots=True)
class GuestList:
    """Everything the file says."""

    columns: Columns
    delimiter: str
    guests: tuple[Guest, ...]


def read_guest_list(text: str) -> GuestList:
    """Read the text of a delimited file.

    Raises Refused: `file_empty`, `file_broken` (NUL, quotes that do not close, cells too
    long), `no_address_column`, `too_many_rows`.
    """
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise Refused("file_empty")
    if "\0" in text:
        raise Refused("file_broken", line=text.count("\n", 0, text.index("\0")) + 1, why="it contains NUL bytes")
    delimiter, columns, at_row = _layout(text)
    guests = []
    for row, (number, cells) in enumerate(_records(text, delimiter)):
        if row > at_row and any(cell.strip() for cell in cells):
            guests.append(_guest(number, cells, columns))
            if len(guests) > MOST_ROWS:
                raise Refused("too_many_rows", most=MOST_ROWS)
    return GuestList(columns, delimiter, tuple(guests))


def _layout(text: str) -> tuple[str, Columns, int]:
    """The delimiter under which the headings make most sense, those headings, and their row."""
    best: tuple[int, str, Columns, int] | None = None
    broken: Refused | None = None
    widest: Sequence[str] = ()
    for delimiter in DELIMITERS:
        try:
            for row, (_, cells) in zip(range(_LINES_ABOVE + 1), _records(text, delimiter), strict=False):
                widest = max(widest, cells, key=len)
                columns = recognise_columns(cells)
                if columns is not None:
                    if best is None or len(columns.used) > best[0]:
                        best = (len(columns.used), delimiter, columns, row)
                    break
        except Refused as refused:
            broken = broken or refused
    if best is None:
        if broken is not None:
            raise broken
        headings = ", ".join(" ".join(cell.split())[:40] for cell in widest[:12] if cell.strip())
        raise Refused("no_address_column", headings=headings)
    return best[1], best[2], best[3]


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins on; cells may hold line breaks inside quotes."""
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Refused("file_broken", line=begins, why=str(error)) from None


def _lines(text: str) -> Iterator[str]:
    """Physical lines with their ends: LF, CR LF or the lone CR of old spreadsheets."""
    if "\n" not in text:
        text = text.replace("\r", "\n")
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def _guest(number: int, cells: Sequence[str], columns: Columns) -> Guest:
    def cell(at: int | None) -> str:
        # A line break or a tab inside a cell is layout; other control characters are refused later.
        return " ".join(cells[at].split()) if at is not None and at < len(cells) else ""

    name = cell(columns.name) or f"{cell(columns.first_name)} {cell(columns.last_name)}".strip()
    tickets = cell(columns.quantity)
    is_count = tickets.isascii() and tickets.isdigit() and len(tickets) < 5
    count = int(tickets) if is_count else 1
    is_out = says_out(cell(columns.status)) or _says_yes(cell(columns.cancelled)) or count == 0
    return Guest(number, name, cell(columns.address), is_out, count)


def says_out(status: str) -> bool:
    """Whether a status in words says that this guest is not coming."""
    word = "".join(c for c in fold(status) if c.isalnum())
    return word in _OUT or word in _NO or word.startswith(_OUT_BEGINNINGS)


def _says_yes(word: str) -> bool:
    plain = "".join(c for c in fold(word) if c.isalnum())
    return plain in _YES or plain.startswith(_OUT_BEGINNINGS)
