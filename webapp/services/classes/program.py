"""Programs: what an organization offers again and again, and at which facilities."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from webapp.domain.classes.class_draft import ProgramDraft
from webapp.domain.refusal import Refused
from webapp.models import Facility, Program, ProgramClass, ProgramFacility
from webapp.queries.row_types import AnyRow
from webapp.services.insertion import insert_unless_there
from webapp.services.organizations.facility import require_open_facility
from webapp.services.unit_of_work import write_transaction

_PROGRAM, _OFFERED = Program.__table__, ProgramFacility.__table__


@dataclass(frozen=True, slots=True)
class LockedProgram:
    """A program whose row this transaction holds, and the facilities that offer it."""

    row: AnyRow
    facility_ids: tuple[int, ...]

    @property
    def id(self) -> int:
        own_id: int = self.row.id
        return own_id

    @property
    def version(self) -> int:
        version: int = self.row.version
        return version


def create_program(*, organization_id: int, draft: ProgramDraft, request_id: str, now: datetime) -> int:
    """Make an active program and return its id. The same form sent twice makes one.

    Raises Refused: `unknown_facility`, `program_name_taken`, `program_already_saved` (the form
    was sent before with other values; `program_id` names what it made).
    """
    with write_transaction() as session:
        made = _made_by(session, organization_id, request_id)
        if made is None:
            _require_facilities(session, draft.facility_ids, organization_id)
            program_id: int | None = session.scalar(
                insert_unless_there(session, _PROGRAM)
                .values(
                    organization_id=organization_id,
                    name=draft.name,
                    description=draft.description,
                    is_active=True,
                    created_at=now,
                    request_id=request_id,
                    version=1,
                )
                .returning(_PROGRAM.c.id)
            )
            if program_id is not None:
                _offer_at(session, program_id, draft.facility_ids)
                return program_id
            made = _made_by(session, organization_id, request_id)
        if made is None:
            raise Refused("program_name_taken")
        if (made.row.name, made.row.description, made.facility_ids) != (
            draft.name,
            draft.description,
            draft.facility_ids,
        ):
            raise Refused("program_already_saved", program_id=made.id)
        return made.id


def edit_program(*, program_id: int, draft: ProgramDraft, expected_version: int) -> int:
    """Change name, description or facilities; returns the version. Sent twice it changes once.

    Raises Refused: `not_found`, `stale`, `program_archived`, `unknown_facility`,
    `program_name_taken`, `facility_has_classes` (a facility with classes that are not over).
    """
    with write_transaction() as session:
        locked = lock_program(session, program_id)
        stored = (locked.row.name, locked.row.description, locked.facility_ids)
        if stored == (draft.name, draft.description, draft.facility_ids):
            return locked.version
        _require_current(locked, expected_version)
        _require_name_free(session, locked, draft.name)
        _require_facilities(session, set(draft.facility_ids) - set(locked.facility_ids), locked.row.organization_id)
        _require_unused(session, program_id, set(locked.facility_ids) - set(draft.facility_ids))
        session.execute(
            delete(_OFFERED).where(
                _OFFERED.c.program_id == program_id, _OFFERED.c.facility_id.not_in(draft.facility_ids)
            )
        )
        _offer_at(session, program_id, sorted(set(draft.facility_ids) - set(locked.facility_ids)))
        return _set(session, locked, name=draft.name, description=draft.description)


def set_program_active(*, program_id: int, is_active: bool, expected_version: int) -> int:
    """Offer new classes of it, or none any more; classes there are go on. Twice is once.

    Raises Refused: `not_found`, `stale`, `program_archived`.
    """
    with write_transaction() as session:
        locked = lock_program(session, program_id)
        if locked.row.archived_at is None and locked.row.is_active == is_active:
            return locked.version
        _require_current(locked, expected_version)
        return _set(session, locked, is_active=is_active)


def archive_program(*, program_id: int, expected_version: int, now: datetime) -> int:
    """Put it away for good: only looked at from then on. Twice is once.

    Raises Refused: `not_found`, `stale`, `program_runs` (it has classes that are not over).
    """
    with write_transaction() as session:
        locked = lock_program(session, program_id)
        if locked.row.archived_at is not None:
            return locked.version
        _require_current(locked, expected_version)
        classes = session.scalar(
            select(func.count()).where(ProgramClass.program_id == program_id, ~ProgramClass.is_frozen)
        )
        if classes:
            raise Refused("program_runs", classes=classes)
        return _set(session, locked, is_active=False, archived_at=now)


def lock_program(session: Session, program_id: int, *, shared: bool = False) -> LockedProgram:
    """Lock the program, then read it. Shared: others may read it so too, nobody may change it.

    Raises `not_found`.
    """
    row = session.execute(
        select(*_PROGRAM.c).where(_PROGRAM.c.id == program_id).with_for_update(read=shared, key_share=not shared)
    ).one_or_none()
    if row is None:
        raise Refused("not_found")
    return LockedProgram(row, _facilities_of(session, program_id))


def _facilities_of(session: Session, program_id: int) -> tuple[int, ...]:
    query = select(_OFFERED.c.facility_id).where(_OFFERED.c.program_id == program_id)
    return tuple(session.scalars(query.order_by(_OFFERED.c.facility_id)))


def _made_by(session: Session, organization_id: int, request_id: str) -> LockedProgram | None:
    row = session.execute(
        select(*_PROGRAM.c).where(_PROGRAM.c.organization_id == organization_id, _PROGRAM.c.request_id == request_id)
    ).one_or_none()
    return LockedProgram(row, _facilities_of(session, row.id)) if row else None


def _require_current(locked: LockedProgram, expected_version: int) -> None:
    if locked.row.archived_at is not None:
        raise Refused("program_archived")
    if locked.row.version != expected_version:
        raise Refused("stale")


def _require_name_free(session: Session, locked: LockedProgram, name: str) -> None:
    taken = session.scalar(
        select(_PROGRAM.c.id).where(
            _PROGRAM.c.organization_id == locked.row.organization_id,
            _PROGRAM.c.name == name,
            _PROGRAM.c.id != locked.row.id,
        )
    )
    if taken is not None:
        raise Refused("program_name_taken")


def _require_facilities(session: Session, facility_ids: Collection[int], organization_id: int) -> None:
    for facility_id in sorted(facility_ids):
        require_open_facility(session, facility_id, organization_id)


def _require_unused(session: Session, program_id: int, facility_ids: set[int]) -> None:
    """A facility where classes are scheduled or run goes on offering the program."""
    used = session.scalar(
        select(func.min(Facility.name))
        .join(ProgramClass, ProgramClass.facility_id == Facility.id)
        .where(
            ProgramClass.program_id == program_id,
            Facility.id.in_(facility_ids),
            ~ProgramClass.is_frozen,
        )
    )
    if used is not None:
        raise Refused("facility_has_classes", facility=used)


def _offer_at(session: Session, program_id: int, facility_ids: Iterable[int]) -> None:
    rows = [{"program_id": program_id, "facility_id": facility_id} for facility_id in facility_ids]
    if rows:
        session.execute(insert(_OFFERED), rows)


def _set(session: Session, locked: LockedProgram, **values: Any) -> int:
    version = locked.version + 1
    session.execute(update(_PROGRAM).where(_PROGRAM.c.id == locked.row.id).values(**values, version=version))
    return version
