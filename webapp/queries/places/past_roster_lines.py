"""An event's people as of an earlier instant, as lines of text: CSV for a spreadsheet, JSON for a machine."""

from collections.abc import Iterator
from datetime import datetime

from webapp.adapters.spreadsheet import csv_line
from webapp.queries.events.event import EventFacts
from webapp.queries.json_lines import dumped, named_lists
from webapp.queries.places.past_roster import PastFilter, past_rows

_COLUMNS = ("id", "name", "email", "phone", "status", "since")


def csv_lines(event: EventFacts, instant: datetime, asked: PastFilter) -> Iterator[str]:
    """One record per person, every cell safe in a spreadsheet; the last cell is the instant that was asked for."""
    yield "\ufeff" + csv_line((*_COLUMNS, "as_of"))
    for row in past_rows(event.id, instant, asked):
        yield csv_line((*(row[name] for name in _COLUMNS), _written(instant)))


def json_lines(event: EventFacts, instant: datetime, asked: PastFilter) -> Iterator[str]:
    """One value with a line for each person."""
    about = {"id": event.id, "slug": event.slug, "title": event.title, "timezone": event.timezone}
    yield '{"as_of": ' + dumped(_written(instant))
    yield f',\n"event": {dumped(about)}'
    yield from named_lists([("enrollments", past_rows(event.id, instant, asked))])


def _written(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"
