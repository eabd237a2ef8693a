"""The public events of an organization, for calendar programs."""

from flask import Response

from webapp.queries.places.organization_feed import organization_feed
from webapp.views import request_time
from webapp.views.addresses import public_host, public_url
from webapp.views.guards import public
from webapp.views.http.feed import calendar_response
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.organizations.loading import load_public_organization


@blueprint.get("/o/<slug:slug>/calendar.ics")
@public
def organization_calendar(slug: str) -> Response:
    """What is coming up, and what was in the last month."""
    organization = load_public_organization(slug)
    file = organization_feed(
        organization.id,
        name=organization.name,
        link_of=lambda event: public_url("participant.event", slug=event),
        host=public_host(),
        now=request_time.now(),
    )
    return calendar_response(file, is_public=True)
