"""Telling others of an event: its link, a poster to print, code for other sites."""

from flask import Response, make_response, render_template

from webapp.domain.event_life import EventStatus
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.queries.events.event import EventFacts
from webapp.queries.events.poster import link_picture
from webapp.queries.organizations.organization import organization_settings
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_event
from webapp.views.participant.access import shared_address
from webapp.views.participant.places.words import days_of


@blueprint.get("/events/<id:event_id>/sharing")
@staff(Permission.VIEW_ROSTER)
def event_sharing(event_id: int) -> Response:
    """What there is to take along."""
    event = _public_event(event_id)
    body = render_template(
        "admin/events/sharing.html",
        event=event,
        organization=organization_settings(event.organization_id),
        can_list_sites=the_actor().can(Permission.MANAGE_ORGANIZATION, event.organization_id),
    )
    return make_response(body)


@blueprint.get("/events/<id:event_id>/poster")
@staff(Permission.VIEW_ROSTER)
def event_poster(event_id: int) -> Response:
    """One sheet of paper with a code that leads to the event."""
    event = _public_event(event_id)
    link = shared_address(event)
    body = render_template(
        "admin/events/poster.html",
        event=event,
        days=days_of(event, request_time.now()),
        qr=link_picture(link),
        address=link.partition("://")[2],
    )
    return make_response(body)


def _public_event(event_id: int) -> EventFacts:
    event = load_staff_event(event_id, Permission.VIEW_ROSTER)
    if event.status != EventStatus.PUBLISHED:
        raise Refused("not_found")
    return event
