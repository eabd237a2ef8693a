"""Answers beside outcomes as a file for a spreadsheet. Ratings and comments have no names, so they are not in it."""

from collections.abc import Iterator

from webapp.adapters.spreadsheet import csv_line
from webapp.queries.asking.responses import ResponseFilter, response_rows

_COLUMNS = ("name", "email", "status", "answer", "contradiction")


def response_csv_lines(event_id: int, asked: ResponseFilter) -> Iterator[str]:
    """One record per person that the filter lets through, contradictions first; every cell safe in a spreadsheet."""
    yield "\ufeff" + csv_line(_COLUMNS)
    for one in response_rows(event_id, asked):
        contradiction = "yes" if one.is_contradicted else ""
        yield csv_line((one.name, one.email, one.status or "not_enrolled", one.answer or "unknown", contradiction))
