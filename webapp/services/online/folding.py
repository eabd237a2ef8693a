"""Folding: the stays of a room derived from its deliveries. The log is the truth, stays only show it.

Deliveries have numbers in the order of their commits, so everything up to a room's counter can be
read without stopping those who come in; the room's row is locked only for the last moment. Whoever
finds that somebody else folded meanwhile drops what they did. Cut off anywhere, nothing happened.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webapp.domain.online.stay import FoldedStay, Told, fold_stays
from webapp.models import MeetingRoom, Stay
from webapp.queries.online.folding import due_rooms, is_folding_due, lock_rooms, room_counts, stays_of, told_of
from webapp.services.unit_of_work import speaks_postgresql, write_transaction
from webapp.services.work.due import note_work

#: Rooms per transaction, and batches in one go; the next tick takes the rest.
BATCH = 50
MANY = 100
#: Times that somebody else may be faster before a rebuild says so.
_PATIENCE = 20

_STAYS = Stay.__table__
_KEY = ("room_name", "participant_sid")
_REST = tuple(column.name for column in _STAYS.c if column.name not in _KEY)

#: (room name, participant sid) -> the columns of a stay besides these two.
Stays = Mapping[tuple[str, str], tuple[Any, ...]]


class Overtaken(Exception):
    """Somebody else folded one of these rooms meanwhile."""


@dataclass(frozen=True, slots=True)
class Folded:
    """What folding did: deliveries shown now, stays written, stays that no delivery supports any more."""

    rooms: int = 0
    deliveries: int = 0
    written: int = 0
    removed: int = 0

    def __add__(self, other: "Folded") -> "Folded":
        return Folded(*(getattr(self, name) + getattr(other, name) for name in Folded.__slots__))

    @property
    def changed(self) -> int:
        return self.written + self.removed


def fold_due_rooms(*, now: datetime, only: Sequence[str] | None = None, batches: int = MANY) -> Folded:
    """Bring the stays of all rooms (or of those alone) up to what was told, in batches.

    At the same time elsewhere it does no harm: one of both has done it.
    """
    total = Folded()
    for _ in range(batches):
        if not is_folding_due():
            break
        try:
            batch = _fold_batch(now, only)
        except Overtaken:
            # They are at it: what is left over is found by the next tick.
            break
        total += batch
        if batch.rooms < BATCH:
            break
    return total


def rebuild_room(name: str) -> Folded:
    """Derive all stays of a room from its whole log; says what that changed. Usually that is nothing.

    Raises `Overtaken` when others fold the room all the time.
    """
    for _ in range(_PATIENCE):
        try:
            with write_transaction() as session:
                counts = room_counts(session, name)
                return Folded() if counts is None else _fold(session, {name: counts}, only_news=False)
        except Overtaken:
            continue
    raise Overtaken(name)


def _fold_batch(now: datetime, only: Sequence[str] | None) -> Folded:
    with write_transaction() as session:
        rooms = due_rooms(session, limit=BATCH, only=only)
        if not rooms:
            return Folded()
        folded = _fold(session, rooms, only_news=True)
        note_work(session, "fold-rooms", now)
    return folded


def _fold(session: Session, rooms: dict[str, tuple[int, int]], *, only_news: bool) -> Folded:
    """Seven statements, whatever the number of rooms and people. `rooms`: name -> (deliveries, folded)."""
    names = list(rooms)
    stays, told = stays_of(session, names, only_news=only_news), told_of(session, names, only_news=only_news)
    known = {(row.room_name, row.participant_sid): tuple(getattr(row, name) for name in _REST) for row in stays}
    derived = _derived(row for row in told if row.number <= rooms[row.room_name][0])
    written, removed = _write_differences(session, known, derived)
    if lock_rooms(session, names) != {name: folded for name, (_, folded) in rooms.items()}:
        raise Overtaken
    counted = [
        {"room": name, "through": deliveries}
        for name, (deliveries, folded) in sorted(rooms.items())
        if deliveries > folded
    ]
    if counted:
        session.connection().execute(_SET_FOLDED, counted)
    fresh = sum(deliveries - folded for deliveries, folded in rooms.values())
    return Folded(rooms=len(rooms), deliveries=fresh, written=written, removed=removed)


def _derived(rows: Iterable[Row[Any]]) -> Stays:
    by_room: dict[str, list[Told]] = defaultdict(list)
    for row in rows:
        by_room[row.room_name].append(Told(*row[: len(Told._fields)]))
    return {(room, sid): _columns_of(stay) for room, told in by_room.items() for sid, stay in fold_stays(told).items()}


def _columns_of(stay: FoldedStay) -> tuple[Any, ...]:
    facts = asdict(stay)
    return tuple(facts[name] for name in _REST)


def _write_differences(session: Session, known: Stays, derived: Stays) -> tuple[int, int]:
    """Write what differs, in one order for everybody, and nothing else: (written, removed)."""
    different = [
        dict(zip((*_KEY, *_REST), (*key, *columns), strict=True))
        for key, columns in sorted(derived.items(), key=lambda item: item[0])
        if known.get(key) != columns
    ]
    if different:
        session.connection().execute(_upsert(), different)
    unsupported = sorted(known.keys() - derived.keys())
    if unsupported:
        gone = [{"room": room, "sid": sid} for room, sid in unsupported]
        session.connection().execute(_DELETE, gone)
    return len(different), len(unsupported)


def _upsert() -> postgresql.Insert | sqlite.Insert:
    statement = postgresql.insert(_STAYS) if speaks_postgresql() else sqlite.insert(_STAYS)
    return statement.on_conflict_do_update(
        index_elements=list(_KEY), set_={name: statement.excluded[name] for name in _REST}
    )


_DELETE = delete(_STAYS).where(_STAYS.c.room_name == bindparam("room"), _STAYS.c.participant_sid == bindparam("sid"))
_SET_FOLDED = (
    update(MeetingRoom.__table__)
    .where(MeetingRoom.__table__.c.name == bindparam("room"))
    .values(folded=bindparam("through"))
)
