"""The head of an event's page: what search engines, chats and calendars of others show of it."""

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from webapp.domain.event_life import was_never_public
from webapp.queries.prose import prose_excerpt
from webapp.views.addresses import public_url
from webapp.views.fragments import kept_part
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.places.block import Block
from webapp.views.participant.places.linked_data import linked_event
from webapp.views.participant.places.picture import shared_picture
from webapp.views.participant.places.words import days_of

#: Of the description, behind when and where it is.
_ABOUT_LIMIT = 160


@blueprint.app_template_global()
def event_head(block: Block) -> Markup:
    """Drawn once for an event, places left filled in. What was never public, or needs a link, asks not to be listed."""
    event = block.place.event
    if was_never_public(event.status, event.published_at):
        return Markup('<meta name="robots" content="noindex">')
    picture = shared_picture(event)
    linked = htmlsafe_json_dumps(linked_event(block, picture.url if picture else None), ensure_ascii=False)
    where = event.place or event.facility_name
    about = " ".join([f"{days_of(event, block.now)}, {where}.", prose_excerpt(event.description, _ABOUT_LIMIT)]).strip()
    return kept_part(
        "participant/places/_event_head.html",
        {"linked": linked},
        title=event.title,
        about=about,
        url=public_url("participant.event", slug=event.slug),
        site=event.organization_name,
        picture=picture,
        is_listed=event.link_token is None,
    )
