"""What became of people who waited like the reader: asked where it is shown, never by a page that looks for news."""

from webapp.domain.places.odds import Odds
from webapp.queries.places.odds import waiting_odds
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.places.block import Block


@blueprint.app_template_global()
def odds_of(block: Block) -> Odds | None:
    """None where too little is known, and where nobody moves up by themselves any more."""
    own, event = block.place.own, block.place.event
    ends_at = event.last_call_at
    if own is None or own.rank is None or (ends_at is not None and ends_at <= block.now):
        return None
    return waiting_odds(event, own.rank, block.now)
