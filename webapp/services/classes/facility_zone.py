"""A facility's time zone is put right: what is planned there keeps its hour on the clocks, so its instants move.

What was held there already says when on the old clocks; then the zone stays.
Why it is so: docs/decisions/102-a-facilitys-time-zone.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.domain.classes.session_change import KEPT, length_of, wall_time
from webapp.domain.event_days import require_timezone
from webapp.domain.permission import Actor
from webapp.domain.recurrence import session_times
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.models import ClassSession, Facility, ProgramClass
from webapp.queries.organizations.facility import sessions_begun
from webapp.queries.row_types import AnyRow
from webapp.services.classes.session_writing import Why, lock_teachers, sessions_where, write_rows
from webapp.services.organizations.facility import lock_facility
from webapp.services.unit_of_work import write_transaction

_FACILITY, _SESSION = Facility.__table__, ClassSession.__table__


@dataclass(frozen=True, slots=True)
class ZoneMove:
    """What a zone would move: so many sessions, the first of them from one instant to another."""

    sessions: int
    classes: int
    first_from: datetime | None = None
    first_to: datetime | None = None


def foresee_zone(*, facility_id: int, timezone: str, now: datetime) -> ZoneMove:
    """What `change_zone` would do now. Raises Refused: as that, without `stale` and what clashes."""
    session = db.session()
    row = session.execute(select(*_FACILITY.c).where(_FACILITY.c.id == facility_id)).one()
    rows, wanted = _wanted(session, row, require_timezone(timezone).key, now)
    if not rows:
        return ZoneMove(0, 0)
    return ZoneMove(len(rows), len({one.class_id for one in rows}), rows[0].starts_at, wanted[rows[0].id]["starts_at"])


def change_zone(*, facility_id: int, timezone: str, expected_version: int, actor: Actor, now: datetime) -> int:
    """Put the zone right; returns how many sessions moved. The zone of today: nothing happens.

    Raises Refused: `not_found`, `stale`, `unknown_timezone`, `facility_zone_settled` (sessions were held),
    `time_skipped`, `room_clash`, `instructor_clash`, `sessions_overlap_themselves`.
    """
    zone = require_timezone(timezone).key
    with write_transaction() as session:
        row = lock_facility(session, facility_id, expected_version)
        if row.timezone == zone:
            return 0
        rows, wanted = _wanted(session, row, zone, now)
        values = {"timezone": zone, "version": _FACILITY.c.version + 1}
        session.execute(update(_FACILITY).where(_FACILITY.c.id == facility_id).values(values))
        if not rows:
            return 0
        lock_teachers(session, (one.instructor_id for one in rows))
        # Kept in English; `languages.kept_texts` says it to its reader.
        why = Why(actor, f"The facility’s time zone changed from {row.timezone} to {zone}", now)
        return write_rows(session, rows, wanted, why=why, organization_id=row.organization_id).sessions


def _wanted(
    session: Session, row: AnyRow, zone: str, now: datetime
) -> tuple[Sequence[AnyRow], Mapping[int, Mapping[str, Any]]]:
    """The sessions that are planned, and each of them at the same hour of the other clocks."""
    if row.timezone == zone:
        return (), {}
    if begun := sessions_begun(session, row.id, now):
        raise Refused("facility_zone_settled", sessions=begun)
    here = select(ProgramClass.id).where(ProgramClass.facility_id == row.id)
    rows = sessions_where(session, _SESSION.c.class_id.in_(here))
    return rows, {one.id: _at_the_same_hour(one, row.timezone, zone) for one in rows}


def _at_the_same_hour(stored: AnyRow, before: str, after: str) -> dict[str, Any]:
    starts_at, ends_at = session_times(stored.local_on, wall_time(stored.starts_at, before), length_of(stored), after)
    return {**{name: getattr(stored, name) for name in KEPT}, "starts_at": starts_at, "ends_at": ends_at}
