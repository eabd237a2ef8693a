"""The link of an event that is not listed."""

from sqlalchemy import update

from webapp.domain.places.access import WhoMay, new_link_token
from webapp.domain.refusal import Refused
from webapp.models import EventPolicy
from webapp.services.places.seats import lock_event
from webapp.services.unit_of_work import write_transaction


def replace_link(*, event_id: int, seen: str) -> str:
    """Give the event another link: the one that was `seen` ends. Pressed twice, it is replaced once. What works then.

    Raises Refused: `not_found`, `link_not_used` (everybody may enroll, or people on a list).
    """
    with write_transaction() as session:
        locked = lock_event(session, event_id)
        if locked.row.who_may != WhoMay.LINK:
            raise Refused("link_not_used")
        if locked.row.link_token is not None and locked.row.link_token != seen:
            return locked.row.link_token
        token = new_link_token()
        policy = update(EventPolicy.__table__).where(EventPolicy.event_id == locked.id)
        session.execute(policy.values(link_token=token))
        return token
