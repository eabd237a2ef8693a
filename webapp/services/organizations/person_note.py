"""Notes about a person: added by staff of an organization, changed and deleted by whoever wrote them."""

from datetime import datetime

from sqlalchemy import delete, insert, update

from webapp.domain.refusal import Refused
from webapp.domain.text import clean_prose
from webapp.models import PersonNote
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import write_transaction

NOTE_LIMIT = 1000
_NOTE = PersonNote.__table__


def add_note(*, organization_id: int, user_id: int, author_id: int, text: str, now: datetime) -> int:
    """Keep a note and return its id. Raises Refused: `text_missing`, `text_too_long`, `text_broken`."""
    said = _clean(text)
    with write_transaction() as session:
        new = insert(_NOTE).values(
            organization_id=organization_id, user_id=user_id, author_id=author_id, text=said, created_at=now
        )
        note_id: int = session.scalars(new.returning(_NOTE.c.id)).one()
        return note_id


def edit_note(*, note_id: int, organization_id: int, author_id: int, text: str, now: datetime) -> None:
    """Change one's own note. Raises Refused: `not_found` (gone, or somebody else's), `text_...`."""
    said = _clean(text)
    own = (_NOTE.c.id == note_id, _NOTE.c.organization_id == organization_id, _NOTE.c.author_id == author_id)
    with write_transaction() as session:
        if rows_changed(session, update(_NOTE).where(*own).values(text=said, edited_at=now)) != 1:
            raise Refused("not_found")


def delete_note(*, note_id: int, organization_id: int, author_id: int) -> None:
    """Delete one's own note; gone already: nothing happens."""
    own = (_NOTE.c.id == note_id, _NOTE.c.organization_id == organization_id, _NOTE.c.author_id == author_id)
    with write_transaction() as session:
        session.execute(delete(_NOTE).where(*own))


def _clean(text: str) -> str:
    return clean_prose(text, limit=NOTE_LIMIT, field="text", required=True)
