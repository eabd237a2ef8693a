"""The facilities of an organization: added, changed, archived, restored. Their zone: `classes.facility_zone`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Update, select, update
from sqlalchemy.orm import Session

from webapp.domain.event_days import require_timezone
from webapp.domain.refusal import Refused
from webapp.models import Facility
from webapp.queries.organizations.facility import planned_at
from webapp.queries.row_types import AnyRow
from webapp.services.organizations.organization_setup import add_facility
from webapp.services.unit_of_work import write_transaction

_FACILITY = Facility.__table__


@dataclass(frozen=True, slots=True)
class FacilityDraft:
    """What an admin says of a facility, its clocks aside."""

    name: str
    address: str
    accessibility: str


def create_facility(*, organization_id: int, draft: FacilityDraft, timezone: str) -> int:
    """Add one and return its id. Raises Refused: `unknown_timezone`, `facility_name_taken` (sent twice, too)."""
    zone = require_timezone(timezone).key
    with write_transaction() as session:
        _require_free_name(session, organization_id, draft.name)
        facility_id = add_facility(session, organization_id, name=draft.name, timezone=zone, address=draft.address)
        session.execute(_written(facility_id, {"accessibility": draft.accessibility}))
        return facility_id


def change_facility(*, facility_id: int, draft: FacilityDraft, expected_version: int) -> None:
    """Keep what the form says. Raises Refused: `not_found`, `stale`, `facility_name_taken`."""
    with write_transaction() as session:
        row = lock_facility(session, facility_id, expected_version)
        _require_free_name(session, row.organization_id, draft.name, but=facility_id)
        if any(getattr(row, name) != value for name, value in asdict(draft).items()):
            session.execute(_written(facility_id, {**asdict(draft), "version": _FACILITY.c.version + 1}))


def archive_facility(*, facility_id: int, expected_version: int, now: datetime) -> None:
    """Plan nothing new there. Archived already: nothing happens.

    Raises Refused: `not_found`, `stale`, `facility_in_use` (events to come and unfinished classes).
    """
    with write_transaction() as session:
        row = lock_facility(session, facility_id, expected_version)
        planned = planned_at(session, facility_id, now)
        if planned.events or planned.classes:
            raise Refused("facility_in_use", events=planned.events, classes=planned.classes)
        if row.archived_at is None:
            session.execute(_written(facility_id, {"archived_at": now, "version": _FACILITY.c.version + 1}))


def restore_facility(*, facility_id: int) -> None:
    """Offer it again where something is planned. Not archived: nothing happens. Raises Refused: `not_found`."""
    with write_transaction() as session:
        row = lock_facility(session, facility_id)
        if row.archived_at is not None:
            session.execute(_written(facility_id, {"archived_at": None, "version": _FACILITY.c.version + 1}))


def require_open_facility(session: Session, facility_id: int, organization_id: int) -> None:
    """Refuse to plan at a facility of somebody else, or at one that is archived (`unknown_facility`)."""
    query = select(_FACILITY.c.organization_id).where(_FACILITY.c.id == facility_id, _FACILITY.c.archived_at.is_(None))
    # Whoever archives it waits for us, or we for them.
    if session.scalar(query.with_for_update(read=True, key_share=True)) != organization_id:
        raise Refused("unknown_facility")


def lock_facility(session: Session, facility_id: int, expected_version: int | None = None) -> AnyRow:
    """The facility's row, alone: nobody plans there meanwhile. Raises Refused: `not_found`, `stale`."""
    row = session.execute(select(*_FACILITY.c).where(_FACILITY.c.id == facility_id).with_for_update()).one_or_none()
    if row is None:
        raise Refused("not_found")
    if expected_version is not None and row.version != expected_version:
        raise Refused("stale")
    return row


def _written(facility_id: int, values: Mapping[str, Any]) -> Update:
    return update(_FACILITY).where(_FACILITY.c.id == facility_id).values(values)


def _require_free_name(session: Session, organization_id: int, name: str, *, but: int | None = None) -> None:
    same = (_FACILITY.c.organization_id == organization_id, _FACILITY.c.name == name)
    if session.scalars(select(_FACILITY.c.id).where(*same, _FACILITY.c.id != (but or 0))).first() is not None:
        raise Refused("facility_name_taken")
