"""Taking an event's data away: what the table shows as CSV, everything as JSON."""

from flask import Response

from webapp.domain.permission import Permission
from webapp.queries.events.export_lines import csv_lines, json_lines
from webapp.queries.places.roster import ids_of_roster
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.events.enrollments import asked_filter
from webapp.views.guards import staff
from webapp.views.http.download import download
from webapp.views.loading import load_staff_event


@blueprint.get("/events/<id:event_id>/export.csv")
@staff(Permission.VIEW_ROSTER)
def export_csv(event_id: int) -> Response:
    """The people that the table's filter lets through, for a spreadsheet."""
    event = load_staff_event(event_id, Permission.VIEW_ROSTER)
    asked = asked_filter()
    only = set(ids_of_roster(event_id, asked)) if asked.status or asked.query else None
    return download(csv_lines(event_id, bom=True, only=only), f"{event.slug}-enrollments.csv", "text/csv")


@blueprint.get("/events/<id:event_id>/export.json")
@staff(Permission.VIEW_ROSTER)
def export_json(event_id: int) -> Response:
    """Everything that is stored about the event."""
    event = load_staff_event(event_id, Permission.VIEW_ROSTER)
    return download(json_lines(event_id, now=request_time.now()), f"{event.slug}.json", "application/json")
