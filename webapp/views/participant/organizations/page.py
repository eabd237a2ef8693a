"""The page of an organization: what it says of itself, what is coming up, where it is."""

from flask import Response, make_response, render_template

from webapp.queries.classes.offered_programs import offered_programs
from webapp.queries.organizations.facility import facilities_by_name
from webapp.queries.places.event_list import EventFilter, list_events
from webapp.views import request_time
from webapp.views.addresses import url_for
from webapp.views.current_actor import current_actor
from webapp.views.guards import public
from webapp.views.paging import page_number
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.organizations.loading import load_public_organization
from webapp.views.participant.places.event_row import listed_row


@blueprint.get("/o/<slug:slug>", endpoint="organization")
@public
def organization_page(slug: str) -> Response:
    """Events to come, a page of them; programs and facilities that are open."""
    organization, now, actor = load_public_organization(slug), request_time.now(), current_actor()
    chosen = EventFilter(organization_id=organization.id)
    events = list_events(chosen, user_id=actor.user_id if actor else None, page=page_number(), now=now)
    body = render_template(
        "participant/organizations/organization.html",
        organization=organization,
        events=events,
        lines=[listed_row(place, now, has_mark=False) for place in events.rows],
        programs=offered_programs(organization.id),
        facilities=[one for one in facilities_by_name(organization.id) if one.archived_at is None],
        page_url=lambda number: url_for("participant.organization", slug=slug, page=number),
    )
    return make_response(body)
