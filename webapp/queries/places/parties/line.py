"""A line in which people wait together: who stands where, and who of them moves up."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.places.party import MOST_HEADS, Unit, next_in_line
from webapp.models import Enrollment, Party
from webapp.queries.places.offers import is_asked
from webapp.queries.row_types import AnyRow, AnySelect

_ENROLLMENT, _PARTY = Enrollment.__table__, Party.__table__
#: Of a line in which whoever does not fit is passed so many are read at a time.
_CHUNK = 500


def next_with_parties(
    session: Session, event_id: int, *, free: int | None, capacity: int | None, lets_pass: bool
) -> list[int]:
    """The enrollments that get a seat now, in order; those to whom one is offered stand aside.

    `free`: None is unlimited. Where a party holds up the line no more of it is read than can move up; where it is
    passed, until no seat is free.
    """
    limit = None if free is None else free + (_CHUNK if lets_pass else MOST_HEADS)
    found: list[int] = []
    for units in _chunks(session, event_id, limit):
        possible = [unit for unit in units if capacity is None or len(unit.ids) <= capacity]
        chosen = next_in_line(possible, free=free, capacity=capacity, lets_pass=lets_pass)
        ids = [one for unit in chosen for one in unit.ids]
        found += ids
        free = None if free is None else free - len(ids)
        if free == 0 or (not lets_pass and len(chosen) < len(possible)):
            break
    return found


def _chunks(session: Session, event_id: int, limit: int | None) -> Iterator[list[Unit]]:
    """The line in parts, each party whole in one of them: where its last head stands."""
    ticket = 0
    while True:
        later = _in_line(event_id).where(_ENROLLMENT.c.waitlist_position > ticket)
        rows = session.execute(later.limit(limit)).all()
        if rows:
            yield _units(session, event_id, rows)
        if limit is None or len(rows) < limit:
            return
        ticket = rows[-1].waitlist_position


def _in_line(event_id: int) -> AnySelect:
    return (
        select(_ENROLLMENT.c.id, _ENROLLMENT.c.waitlist_position, _ENROLLMENT.c.party_id, _PARTY.c.may_split)
        .outerjoin(_PARTY, _PARTY.c.id == _ENROLLMENT.c.party_id)
        .where(_ENROLLMENT.c.event_id == event_id, Enrollment.is_waiting, ~is_asked())
        .order_by(_ENROLLMENT.c.waitlist_position)
    )


def _units(session: Session, event_id: int, rows: Sequence[AnyRow]) -> list[Unit]:
    """A party that is placed whole stands where its last head does, and is whole wherever a part of it was read."""
    whole = {row.party_id for row in rows if row.party_id is not None and not row.may_split}
    members: dict[int, list[AnyRow]] = {}
    if whole:
        for row in session.execute(_in_line(event_id).where(_ENROLLMENT.c.party_id.in_(sorted(whole)))):
            members.setdefault(row.party_id, []).append(row)
    last = {party_id: heads[-1].id for party_id, heads in members.items()}
    units = []
    for row in rows:
        if row.party_id not in whole:
            units.append(Unit((row.id,)))
        elif row.id == last[row.party_id]:
            units.append(Unit(tuple(head.id for head in members[row.party_id])))
    return units
