"""Events that an organization keeps to copy them again."""

from datetime import datetime

from sqlalchemy import delete, insert, update

from webapp.models import EventTemplate
from webapp.services.places.seats import lock_event
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import write_transaction


def keep_as_template(*, event_id: int, name: str, now: datetime) -> bool:
    """Keep the event under that name; False where it is kept already and only named anew.

    Raises Refused: `not_found`.
    """
    with write_transaction() as session:
        lock_event(session, event_id)
        renaming = update(EventTemplate.__table__).where(EventTemplate.event_id == event_id)
        if rows_changed(session, renaming.values(name=name)):
            return False
        session.execute(insert(EventTemplate.__table__).values(event_id=event_id, name=name, kept_at=now))
        return True


def remove_template(*, event_id: int) -> None:
    """Keep the event as a template no longer; it stays as it is, like everything that was made of it."""
    with write_transaction() as session:
        session.execute(delete(EventTemplate.__table__).where(EventTemplate.event_id == event_id))
