"""The audit trail: everything that happened to enrollments, newest first, nothing editable."""

from flask import request, url_for

from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.domain.enrollment import Trigger
from webapp.domain.permission import Permission
from webapp.queries.events.event import EventFacts
from webapp.queries.places.trail import TrailFilter, trail_page
from webapp.views.admin.address import chosen, query_words
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.reason import whole_or_none
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_event
from webapp.views.responses import render

_MAX_ID = 2**63 - 1


@blueprint.get("/audit")
@staff(Permission.VIEW_ROSTER)
def audit():
    """The trail of all events of the reader's organizations."""
    return _trail(None)


@blueprint.get("/events/<id:event_id>/audit")
@staff(Permission.VIEW_ROSTER)
def event_audit(event_id: int):
    """The trail of one event."""
    return _trail(load_staff_event(event_id, Permission.VIEW_ROSTER))


def _trail(event: EventFacts | None):
    before = whole_or_none(request.args.get("before"), high=_MAX_ID)
    asked = TrailFilter(chosen(Trigger, "trigger"), chosen(S, "status"), query_words(), before)
    found = trail_page(
        asked,
        organization_ids=the_actor().organizations_with(Permission.VIEW_ROSTER),
        event_id=event.id if event else None,
    )
    next_href = _address(event, asked, before=found.next_before) if found.next_before else None
    response = render(
        "admin/audit.html", "admin/_audit_update.html", event=event, asked=asked, found=found,
        next_href=next_href, newest_href=_address(event, asked) if before else None,
        action=_address(event, TrailFilter()), triggers=list(Trigger), statuses=list(S),
    )  # fmt: skip
    if request.htmx:
        response.headers["HX-Push-Url"] = _address(event, asked, before=before)
    return response


def _address(event: EventFacts | None, asked: TrailFilter, *, before: int | None = None) -> str:
    endpoint = "admin.event_audit" if event else "admin.audit"
    return url_for(
        endpoint,
        **({"event_id": event.id} if event else {}),
        trigger=asked.trigger.value if asked.trigger else None,
        status=asked.to_status.value if asked.to_status else None,
        q=asked.query or None,
        before=before,
    )
