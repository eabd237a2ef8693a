"""The list of an event: people and groups put on it and taken off, under the event's lock.

Who has a place keeps it, whatever happens to the list.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from webapp.domain.places.access_list import MOST_ENTRIES, EntryKind, WrittenEntry
from webapp.domain.refusal import Refused
from webapp.models import EventListEntry, Facility, ProgramClass
from webapp.queries.id_set import is_among
from webapp.services.insertion import insert_rows_unless_there
from webapp.services.places.seats import LockedEvent, lock_event
from webapp.services.unit_of_work import write_transaction

_ENTRY = EventListEntry.__table__
_COPIED = ("kind", "value", "facility_id", "class_id")


@dataclass(frozen=True, slots=True)
class Additions:
    """What is put on a list: addresses and domains, facilities and classes by their ids."""

    written: Sequence[WrittenEntry] = ()
    facility_ids: Collection[int] = ()
    class_ids: Collection[int] = ()


def add_to_list(*, event_id: int, additions: Additions, now: datetime) -> int:
    """Put all of it on the list; how many were not there yet.

    Raises Refused: `not_found`, `unknown_facility`, `unknown_class` (of another organization), `list_full`.
    """
    with write_transaction() as session:
        locked = lock_event(session, event_id)
        _require_own(session, locked, additions)
        rows = _rows(locked.id, additions, now)
        new = insert_rows_unless_there(session, _ENTRY, rows, _ENTRY.c.id) if rows else []
        counted = select(func.count()).select_from(_ENTRY).where(_ENTRY.c.event_id == locked.id)
        if (session.scalar(counted) or 0) > MOST_ENTRIES:
            raise Refused("list_full", most=MOST_ENTRIES)
        return len(new)


def remove_from_list(*, entry_id: int) -> None:
    """Take one entry off; gone already is fine."""
    with write_transaction() as session:
        event_id = session.scalar(select(_ENTRY.c.event_id).where(_ENTRY.c.id == entry_id))
        if event_id is not None:
            lock_event(session, event_id)
            session.execute(delete(_ENTRY).where(_ENTRY.c.id == entry_id))


def copy_list(session: Session, *, from_id: int, event_id: int, now: datetime) -> None:
    """Put the list of one event on that of another, which this transaction made."""
    columns = [_ENTRY.c[name] for name in _COPIED]
    rows = session.execute(select(*columns).where(_ENTRY.c.event_id == from_id).order_by(_ENTRY.c.id)).all()
    if rows:
        session.execute(insert(_ENTRY), [{**row._mapping, "event_id": event_id, "added_at": now} for row in rows])


def _require_own(session: Session, locked: LockedEvent, additions: Additions) -> None:
    for table, ids, refusal in (
        (Facility.__table__, additions.facility_ids, "unknown_facility"),
        (ProgramClass.__table__, additions.class_ids, "unknown_class"),
    ):
        wanted = sorted(set(ids))
        own = select(func.count()).where(table.c.organization_id == locked.row.organization_id)
        if wanted and session.scalar(own.where(is_among(session, table.c.id, wanted))) != len(wanted):
            raise Refused(refusal)


def _rows(event_id: int, additions: Additions, now: datetime) -> list[dict[str, object]]:
    def row(kind: EntryKind | None, name: str, what: object) -> dict[str, object]:
        nothing = dict.fromkeys(("value", "facility_id", "class_id"))
        return {"event_id": event_id, "kind": kind, **nothing, name: what, "added_at": now}

    return [
        *(row(one.kind, "value", one.value) for one in additions.written),
        *(row(EntryKind.FACILITY, "facility_id", one) for one in sorted(set(additions.facility_ids))),
        *(row(EntryKind.CLASS, "class_id", one) for one in sorted(set(additions.class_ids))),
    ]
