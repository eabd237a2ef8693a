"""Events that do not let in everybody: their lists, their links."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.worlds.world import NOON
from webapp.domain.places.access_list import read_entries
from webapp.models import EventListEntry, EventPolicy
from webapp.services.accounts.account import require_email
from webapp.services.places.access.entries import Additions, add_to_list

#: What stands in the link of events of tests.
LINK = "a-link-of-twenty-two-xx"


def put_on_list(event_id: int, text: str = "", *, facilities: Sequence[int] = (), classes: Sequence[int] = ()) -> int:
    """As the page does it: pasted text, facilities and classes; how many are new."""
    written = read_entries(text, require_email) if text else ()
    return add_to_list(event_id=event_id, additions=Additions(written, facilities, classes), now=NOON)


def listed(session: Session, event_id: int) -> list[object]:
    """What stands on the list of an event, in order: words, or the id of a facility or a class."""
    session.rollback()
    entry = EventListEntry
    rows = session.execute(
        select(entry.value, entry.facility_id, entry.class_id).where(entry.event_id == event_id).order_by(entry.id)
    )
    return [row.value or row.facility_id or row.class_id for row in rows]


def link_of(session: Session, event_id: int) -> str | None:
    """What stands in the link of an event now."""
    session.rollback()
    return session.scalar(select(EventPolicy.link_token).where(EventPolicy.event_id == event_id))
