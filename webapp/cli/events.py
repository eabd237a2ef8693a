"""How a command names an event: by its id or by its address."""

from webapp.cli.refusals import Complaint
from webapp.domain.numbers import MAX_ID
from webapp.queries.events.event import EventFacts, event_by_id, event_by_slug


def find_event(text: str) -> EventFacts:
    """The event with that id or slug, in any status; else one clear line."""
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(MAX_ID)) and int(text) <= MAX_ID
    event = event_by_id(int(text)) if plain else None
    event = event or (event_by_slug(text) if text.isprintable() else None)
    if event is None:
        raise Complaint(f"there is no event {shown(text)!r}")
    return event


def shown(text: str) -> str:
    """Text for a terminal: what could move the cursor or hide something is written out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
