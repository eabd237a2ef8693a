"""The audit trail: everything that happened to enrollments, newest first, nothing editable."""

from heapq import merge
from operator import attrgetter

from flask import request, url_for
from sqlalchemy import Row

from webapp.domain.numbers import whole_or_none
from webapp.domain.permission import Permission, Reach, Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.queries.events.event import EventFacts
from webapp.queries.online.match_trail import matches_in_trail
from webapp.queries.places.trail import TrailFilter, TrailPage, trail_page
from webapp.views.admin.address import chosen, query_words
from webapp.views.admin.blueprint import blueprint
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_event
from webapp.views.responses import from_htmx, render

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
    before = whole_or_none(request.args.get("before", ""), high=_MAX_ID)
    asked = TrailFilter(chosen(Trigger, "trigger"), chosen(S, "status"), query_words(), before)
    reach, event_id = the_actor().reach(Permission.VIEW_ROSTER), event.id if event else None
    found = trail_page(asked, reach=reach, event_id=event_id)
    next_href = _address(event, asked, before=found.next_before) if found.next_before else None
    response = render(
        "admin/events/audit.html",
        "admin/events/_audit_update.html",
        event=event,
        asked=asked,
        entries=_entries(found, asked, reach, event_id),
        next_href=next_href,
        newest_href=_address(event, asked) if before else None,
        action=_address(event, TrailFilter()),
        triggers=list(Trigger),
        statuses=list(S),
    )
    if from_htmx():
        response.headers["HX-Push-Url"] = _address(event, asked, before=before)
    return response


def _entries(found: TrailPage, asked: TrailFilter, reach: Reach, event_id: int | None) -> list[Row]:
    """Moves, and among them whose identity in an online room staff said it was, newest first."""
    if asked.to_status is not None or asked.trigger not in (None, Trigger.ORGANIZER):
        return list(found.moves)
    matches = matches_in_trail(
        reach=reach,
        event_id=event_id,
        query=asked.query,
        before=asked.before,
        after=found.moves[-1].at if found.next_before else None,
    )
    return list(merge(found.moves, matches, key=attrgetter("at"), reverse=True))


def _address(event: EventFacts | None, asked: TrailFilter, *, before: int | None = None) -> str:
    endpoint = "admin.event_audit" if event else "admin.audit"
    return url_for(
        endpoint,
        event_id=event.id if event else None,
        trigger=asked.trigger.value if asked.trigger else None,
        status=asked.to_status.value if asked.to_status else None,
        q=asked.query or None,
        before=before,
    )
