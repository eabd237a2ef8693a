"""Rows of a delimited file, also of one whose writer did not quote as a standard asks."""

import re
from collections.abc import Iterator

from webapp.domain.refusal import Refused

LONGEST_CELL = 100_000
MOST_CELLS = 5_000


def records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins on; cells may hold line breaks inside quotes.

    A cell is quoted only if its closing quote stands before the next delimiter or line end;
    otherwise the quotes belong to the text: `"Rez" Hartmann` is a name. Raises Refused
    (`file_broken`) for cells too long or too many and quotes that never close; tabs need no
    quotes, so there a lone quote is text.
    """
    if "\n" not in text:
        text = text.replace("\r", "\n")  # the lone CR of old spreadsheets
    cell = _cell_pattern(delimiter)
    at, line, begins = 0, 1, 1
    cells: list[str] = []
    while at < len(text) or cells:
        found = cell.match(text, at)
        if found is None:  # both parts may be empty, so this only guards against an endless loop
            raise AssertionError(at)
        quoted, plain, end = found.group("quoted"), found.group("plain"), found.group("end")
        value = quoted.replace('""', '"') if quoted is not None else plain.removesuffix("\r")
        if len(value) > LONGEST_CELL:
            raise Refused("file_broken", line=begins, why=f"a cell is longer than {LONGEST_CELL:,} characters")
        if delimiter != "\t" and quoted is None and _never_closes(text, found.start("plain"), value):
            raise Refused("file_broken", line=line, why="a quote that begins here never ends")
        cells.append(value)
        if len(cells) > MOST_CELLS:
            raise Refused("file_broken", line=begins, why=f"it has more than {MOST_CELLS:,} cells")
        line += found.group().count("\n")
        at = found.end()
        if end != delimiter:
            yield begins, cells
            cells, begins = [], line


def _cell_pattern(delimiter: str) -> re.Pattern[str]:
    one = re.escape(delimiter)
    end = rf"(?P<end>{one}|\r?\n|\Z)"
    return re.compile(rf'(?: *+"(?P<quoted>[^"]*+(?:""[^"]*+)*+)" *+|(?P<plain>[^{one}\n]*+)){end}')


def _never_closes(text: str, at: int, value: str) -> bool:
    """Whether the cell begins with a quote after which the whole file has no other one."""
    return value.startswith('"') and text.find('"', at + 1) < 0
