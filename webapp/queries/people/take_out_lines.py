"""A person's data as lines of text: JSON for a program, one CSV file for a spreadsheet."""

from collections.abc import Iterator
from datetime import datetime

from webapp.adapters.spreadsheet import csv_line
from webapp.queries.json_lines import dumped, named_lists
from webapp.queries.people.take_out import take_out


def take_out_json(user_id: int, *, now: datetime) -> Iterator[str]:
    """One value: a list per part, each row on a line of its own; empty lists say that there is nothing."""
    yield '{"taken_out_at": ' + dumped(f"{now:%Y-%m-%dT%H:%M:%SZ}")
    yield from named_lists((part.name, rows) for part, rows in take_out(user_id))


def take_out_csv(user_id: int) -> Iterator[str]:
    """Part after part, an empty line between: its name and its columns, then its rows.

    The first cell of every line is the name of the part, so a filter finds one. Every cell is
    safe in a spreadsheet. Parts without rows are left out.
    """
    yield "\ufeff"
    is_first = True
    for part, rows in take_out(user_id):
        columns = part.columns
        for number, row in enumerate(rows):
            if number == 0:
                yield ("" if is_first else "\r\n") + csv_line(["part", *columns])
                is_first = False
            yield csv_line([part.name, *(_cell(row[name]) for name in columns)])


def _cell(value: object) -> object:
    return dumped(value) if isinstance(value, dict | list) else value
