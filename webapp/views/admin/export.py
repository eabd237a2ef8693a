"""Taking an event's data away: what the table shows as CSV, everything as JSON."""

import tempfile
from collections.abc import Iterable, Iterator

from flask import Response

from webapp import clock
from webapp.domain.permission import Permission
from webapp.queries.export_lines import csv_lines, json_lines
from webapp.queries.roster import ids_of_roster
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.enrollments import asked_filter
from webapp.views.guards import staff
from webapp.views.loading import load_staff_event

#: Larger exports wait on disk, not in memory, for the reader.
_IN_MEMORY = 1024 * 1024
_BLOCK = 64 * 1024


@blueprint.get("/events/<id:event_id>/export.csv")
@staff(Permission.VIEW_ROSTER)
def export_csv(event_id: int) -> Response:
    """The people that the table's filter lets through, for a spreadsheet."""
    event = load_staff_event(event_id, Permission.VIEW_ROSTER)
    asked = asked_filter()
    only = set(ids_of_roster(event_id, asked)) if asked.status or asked.query else None
    return _file(csv_lines(event_id, bom=True, only=only), f"{event.slug}-enrollments.csv", "text/csv")


@blueprint.get("/events/<id:event_id>/export.json")
@staff(Permission.VIEW_ROSTER)
def export_json(event_id: int) -> Response:
    """Everything that is stored about the event."""
    event = load_staff_event(event_id, Permission.VIEW_ROSTER)
    return _file(json_lines(event_id, now=clock.now()), f"{event.slug}.json", "application/json")


def _file(lines: Iterable[str], name: str, mimetype: str) -> Response:
    """The whole file before the first byte is sent: a slow reader holds no transaction open."""
    spool = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)
    for line in lines:
        spool.write(line.encode())
    size = spool.tell()
    spool.seek(0)
    response = Response(_sent(spool), mimetype=mimetype)
    response.content_length = size
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _sent(spool: "tempfile.SpooledTemporaryFile[bytes]") -> Iterator[bytes]:
    with spool:
        while block := spool.read(_BLOCK):
            yield block
