"""Where not everybody may enroll: the link of an event, and what its page says of the list."""

from flask import Response

from webapp.domain.people.proof import AddressState
from webapp.domain.places.opening import only_list_enrolls
from webapp.domain.refusal import Refused
from webapp.queries.events.event import StoredEvent
from webapp.queries.places.access.comer import slug_of_link
from webapp.views.addresses import public_url, url_for
from webapp.views.current_actor import address_state, current_actor
from webapp.views.guards import public
from webapp.views.http.event_links import remember_link
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.places.block import Block
from webapp.views.responses import see_other


@blueprint.get("/e/<string(maxlength=40):token>")
@public
def event_link(token: str) -> Response:
    """Nothing is decided by opening it. One that was replaced, or never was one, says so (`event_link_ended`)."""
    slug = slug_of_link(token)
    if slug is None:
        raise Refused("event_link_ended")
    response = see_other(url_for("participant.event", slug=slug))
    remember_link(response, token)
    return response


@blueprint.app_template_global()
def shared_address(event: StoredEvent) -> str:
    """What to hand on: the event's page, or the link without which nobody enrolls."""
    if event.link_token is not None:
        return public_url("participant.event_link", token=event.link_token)
    return public_url("participant.event", slug=event.slug)


@blueprint.app_template_global()
def asks_guest_for_list(block: Block) -> bool:
    """Whether the list decides, and the reader is not signed in: whether they are on it shows once they confirmed."""
    return current_actor() is None and only_list_enrolls(block.place.event.terms, block.now)


@blueprint.app_template_global()
def needs_proof() -> bool:
    """Whether the reader's own address has to be confirmed before it can be found on a list."""
    return address_state() is AddressState.OWN
