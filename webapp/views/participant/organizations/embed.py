"""Small pages for the sites of others: what is coming up, or one event, with a button that leads here.

Nobody is signed in there, whoever looks: a frame of another site gets no cookie of ours, and the page asks for none.
Why it is so: docs/decisions/119-pages-in-frames.md.
"""

from flask import Response, make_response, render_template

from webapp.domain.refusal import Refused
from webapp.queries.events.event import EventFacts
from webapp.queries.organizations.organization import OrganizationSettings, organization_settings
from webapp.queries.places.event_list import EventFilter, list_events
from webapp.queries.places.standing import EventStanding, event_standing
from webapp.views import request_time
from webapp.views.guards import public
from webapp.views.http.security import let_be_framed
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.organizations.loading import load_public_organization
from webapp.views.participant.places.event_row import badge_of
from webapp.views.participant.places.words import days_of

_MOST = 8


@blueprint.get("/o/<slug:slug>/embed")
@public
def organization_embed(slug: str) -> Response:
    """The next events of an organization."""
    organization, now = load_public_organization(slug), request_time.now()
    found = list_events(EventFilter(organization_id=organization.id), user_id=None, page=1, now=now)
    return _page(organization, list(found.rows[:_MOST]), has_more=found.total > _MOST)


@blueprint.get("/events/<slug:slug>/embed")
@public
def event_embed(slug: str) -> Response:
    """One event that anybody may see."""
    place = event_standing(slug, None)
    if place is None or place.event.published_at is None or place.event.link_token is not None:
        raise Refused("not_found")
    if place.event.is_suspended:
        raise Refused("organization_closed")
    organization = organization_settings(place.event.organization_id)
    if organization is None:
        raise Refused("not_found")
    return _page(organization, [place], event=place.event)


def _page(
    organization: OrganizationSettings,
    places: list[EventStanding],
    *,
    has_more: bool = False,
    event: EventFacts | None = None,
) -> Response:
    now = request_time.now()
    rows = [(place.event, days_of(place.event, now), badge_of(place, place.at(now), now)) for place in places]
    let_be_framed(organization.embed_origins)
    body = render_template(
        "participant/organizations/embed.html", organization=organization, rows=rows, has_more=has_more, event=event
    )
    response = make_response(body)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
