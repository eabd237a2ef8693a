"""Taking reports of online sessions away, for a spreadsheet."""

from flask import Response

from webapp.domain.event_life import EventStatus
from webapp.domain.permission import Permission
from webapp.queries.online.session_files import report_csv, sessions_csv
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.online.session_host import load_staff_session
from webapp.views.guards import staff
from webapp.views.http.download import download
from webapp.views.loading import load_staff_event


@blueprint.get("/sessions/<id:session_id>/report.csv")
@staff(Permission.VIEW_ROSTER, Permission.VIEW_CLASSES)
def session_csv(session_id: int) -> Response:
    """Everybody of one session: result, times, marks, and what staff wrote."""
    session, host = load_staff_session(session_id, Permission.VIEW_ROSTER)
    return download(report_csv(session), f"{host.file_stem}-session-{session_id}.csv", "text/csv")


@blueprint.get("/events/<id:event_id>/sessions.csv")
@staff(Permission.VIEW_ROSTER)
def sessions_summary(event_id: int) -> Response:
    """All sessions of an event in numbers."""
    event = load_staff_event(event_id, Permission.VIEW_ROSTER)
    lines = sessions_csv(event_id, is_called_off=event.status == EventStatus.CANCELLED, now=request_time.now())
    return download(lines, f"{event.slug}-sessions.csv", "text/csv")
