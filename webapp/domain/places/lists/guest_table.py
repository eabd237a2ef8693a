"""Where the list stands in a file: its delimiter, its heading row, and the rows that belong to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from webapp.domain.delimited_text import records
from webapp.domain.places.lists.guest_columns import Columns, recognise_columns, recognised_meanings
from webapp.domain.places.lists.guest_heading import LONGEST_HEADING
from webapp.domain.refusal import Refused

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
#: More rows than a list may have, with sections above and below it; the rest is not looked at.
_MOST_RECORDS = 100_000
#: So many cells are looked at as headings: those of every real file, and no hours of work for another one.
_CELLS_AS_HEADINGS = 20_000
#: Where no row is a heading, the fullest of the first ones is named.
_ROWS_TO_NAME = 200
_HEADINGS_NAMED = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One record of the file; `number` is the line it begins on."""

    number: int
    cells: list[str]

    @property
    def filled(self) -> int:
        return sum(1 for cell in self.cells if cell.strip())


@dataclass(frozen=True, slots=True)
class Table:
    """The people of the file under their headings."""

    delimiter: str
    columns: Columns
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class _Reading:
    """The file under one delimiter, as far as it can be read."""

    delimiter: str
    rows: list[Row]
    broken: Refused | None
    #: Index, columns and worth of every row that can be the heading.
    headings: list[tuple[int, Columns, tuple[int, int]]]

    @property
    def worth(self) -> tuple[int, int]:
        return max((worth for _, _, worth in self.headings), default=(0, 0))


def find_table(text: str, named: Mapping[str, str]) -> Table:
    """The list under its heading row: of all rows under all delimiters the one with the most and fullest headings.

    Raises Refused: `file_broken`, `no_address_column`, `no_addresses`, `column_missing`, `column_twice`.
    """
    readings = _readings(text, named)
    best = max(readings, key=lambda reading: reading.worth)
    if not best.headings:
        raise _why_not(readings, text, named)
    if best.broken is not None:
        raise best.broken
    at, columns, _ = max(best.headings, key=lambda heading: heading[2])
    return Table(best.delimiter, columns, _rows_below(best, at, columns))


def likely_list(text: str) -> tuple[Row, list[Row]] | None:
    """Where no row has headings that are known: the row that looks most like headings, and what stands below it."""
    candidates = [
        (recognised_meanings(row.cells), row.filled, reading, at)
        for reading in _readings(text, {})
        if reading.broken is None
        for at, row in enumerate(reading.rows[:_ROWS_TO_NAME])
        if _can_be_headings(row.cells)
    ]
    if not candidates:
        return None
    _, _, reading, at = max(candidates, key=lambda candidate: candidate[:2])
    return reading.rows[at], reading.rows[at + 1 :]


def _readings(text: str, named: Mapping[str, str]) -> list[_Reading]:
    return [_read(text, delimiter, named) for delimiter in DELIMITERS if delimiter in text or delimiter == ","]


def _read(text: str, delimiter: str, named: Mapping[str, str]) -> _Reading:
    rows: list[Row] = []
    broken = None
    try:
        rows.extend(Row(number, cells) for number, cells in islice(records(text, delimiter), _MOST_RECORDS))
    except Refused as refused:
        broken = refused
    headings: list[tuple[int, Columns, tuple[int, int]]] = []
    looked_at = 0
    for at, row in enumerate(rows):
        if looked_at < _CELLS_AS_HEADINGS and _can_be_headings(row.cells):
            looked_at += len(row.cells)
            columns = recognise_columns(row.cells, named)
            if columns is not None:
                headings.append((at, columns, (len(columns.used), row.filled)))
    return _Reading(delimiter, rows, broken, headings)


def _can_be_headings(cells: Sequence[str]) -> bool:
    """A row that holds an address, or a long text, is a row of the list."""
    for cell in cells:
        if len(cell) > LONGEST_HEADING or ("@" in cell and " " not in cell.strip()):
            return False
    return any(cells)


def _rows_below(reading: _Reading, at: int, columns: Columns) -> list[Row]:
    """The rows of the list: until the next section, without headings that are repeated."""
    end = _next_section(reading, at, columns)
    own = [cell.strip() for cell in reading.rows[at].cells]
    return [row for row in reading.rows[at + 1 : end] if row.filled and [c.strip() for c in row.cells] != own]


def _next_section(reading: _Reading, at: int, columns: Columns) -> int:
    """Where another heading row begins, or after an empty row a title above a row without an address."""
    rows, own = reading.rows, reading.rows[at].cells
    others = (index for index, _, _ in reading.headings if index > at and rows[index].cells != own)
    end = next(others, len(rows))
    for index in range(at + 1, end - 1):
        is_title = not rows[index - 1].filled and rows[index].filled == 1 and "@" not in "".join(rows[index].cells)
        if is_title and rows[index + 1].filled > 1 and not _has_address(rows[index + 1], columns):
            return index
    # Titles and empty rows above the next headings belong to these.
    while end < len(rows) and end > at + 1 and rows[end - 1].filled <= 1 and not _has_address(rows[end - 1], columns):
        end -= 1
    return end


def _has_address(row: Row, columns: Columns) -> bool:
    return any(column < len(row.cells) and "@" in row.cells[column] for column in columns.addresses)


def _why_not(readings: Sequence[_Reading], text: str, named: Mapping[str, str]) -> Refused:
    """The true reason, as the delimiter tells it under which the file has the most headings."""
    candidates = [
        (recognised_meanings(row.cells), row.filled, reading, row)
        for reading in readings
        for row in reading.rows[:_ROWS_TO_NAME]
        if row.filled
    ]
    if not candidates:
        return next((reading.broken for reading in readings if reading.broken is not None), Refused("file_empty"))
    _, filled, reading, row = max(candidates, key=lambda candidate: candidate[:2])
    if filled == 1 and reading.broken is not None:
        return reading.broken
    cells = [" ".join(cell.split())[:40] for cell in row.cells if cell.strip()]
    headings = ", ".join(cells[:_HEADINGS_NAMED])
    if any(named.values()):
        return Refused("column_missing", columns=", ".join(filter(None, named.values())), headings=headings)
    if "@" not in text and "\uff20" not in text:
        return Refused("no_addresses", headings=headings)
    return Refused("no_address_column", headings=headings)
