"""The picture of an event: put in the place of the one before, described, taken away."""

import hashlib
from datetime import datetime

from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.orm import Session

from webapp.adapters.pictures import WrittenPicture, written_anew
from webapp.domain.events.picture import SHARED_SIDE, require_alt
from webapp.domain.refusal import Refused
from webapp.models import Event, EventPicture, EventPictureFile
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import write_transaction

_PICTURE, _FILE = EventPicture.__table__, EventPictureFile.__table__


def replace_picture(*, event_id: int, data: bytes, alt: str, now: datetime) -> str:
    """Keep this picture in our sizes; its digest, which is part of its address.

    Raises Refused: `not_found`, what `written_anew` and `require_alt` refuse.
    """
    said = require_alt(alt)
    # Before the transaction: reading a photograph takes a second.
    written, digest = written_anew(data), hashlib.sha256(data).hexdigest()
    with write_transaction() as session:
        _lock_event(session, event_id)
        _remove(session, event_id)
        keep_picture(session, event_id, written, digest=digest, alt=said, now=now)
    return digest


def keep_picture(
    session: Session, event_id: int, written: WrittenPicture, *, digest: str, alt: str, now: datetime
) -> None:
    """Write the rows of an event that has none."""
    size = {"width": written.size.width, "height": written.size.height}
    session.execute(insert(_PICTURE).values(event_id=event_id, digest=digest, alt=alt, changed_at=now, **size))
    files = [(side, "image/webp", body) for side, body in written.pages.items()]
    session.execute(
        insert(_FILE),
        [
            {"event_id": event_id, "side": side, "mimetype": mimetype, "body": body}
            for side, mimetype, body in (*files, (SHARED_SIDE, "image/jpeg", written.shared))
        ],
    )


def copy_picture(session: Session, *, from_id: int, event_id: int) -> None:
    """Give an event that has none the picture of another one, where that has one."""
    for table in (_PICTURE, _FILE):
        values = [literal(event_id) if column.name == "event_id" else column for column in table.c]
        copied = select(*values).where(table.c.event_id == from_id)
        session.execute(insert(table).from_select(table.c.keys(), copied))


def describe_picture(*, event_id: int, alt: str) -> None:
    """Say anew what it shows. Raises Refused: `file_missing` (there is none), what `require_alt` refuses."""
    said = require_alt(alt)
    with write_transaction() as session:
        if not rows_changed(session, update(_PICTURE).where(_PICTURE.c.event_id == event_id).values(alt=said)):
            raise Refused("file_missing")


def remove_picture(*, event_id: int) -> bool:
    """Show the pattern again; False where there was no picture."""
    with write_transaction() as session:
        _lock_event(session, event_id)
        return _remove(session, event_id)


def _lock_event(session: Session, event_id: int) -> None:
    found = select(Event.id).where(Event.id == event_id, Event.deleted_at.is_(None))
    if session.scalar(found.with_for_update()) is None:
        raise Refused("not_found")


def _remove(session: Session, event_id: int) -> bool:
    session.execute(delete(_FILE).where(_FILE.c.event_id == event_id))
    return bool(rows_changed(session, delete(_PICTURE).where(_PICTURE.c.event_id == event_id)))
