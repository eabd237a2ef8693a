"""Keeping that a person looked at an event's page."""

from datetime import datetime

from webapp.models import EventView
from webapp.services.insertion import insert_unless_there
from webapp.services.unit_of_work import write_transaction
from webapp.services.writers_turn import LITTLE_PATIENCE


def note_event_view(*, event_id: int, user_id: int, now: datetime) -> None:
    """Keep the first time; a later one changes nothing. Soon, or another time: a later look is kept, too."""
    with write_transaction(waits=LITTLE_PATIENCE) as session:
        values = {"event_id": event_id, "user_id": user_id, "viewed_at": now}
        session.execute(insert_unless_there(session, EventView.__table__).values(values))
