"""What an organization offers again and again, for everybody to read."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from webapp.extensions import db
from webapp.models import Facility, Program, ProgramFacility

_MOST = 100


@dataclass(frozen=True, slots=True)
class OfferedProgram:
    """An active program, and the names of the facilities that offer it."""

    name: str
    description: str
    facilities: tuple[str, ...]


def offered_programs(organization_id: int) -> Sequence[OfferedProgram]:
    """The active ones by name."""
    rows = db.session.execute(
        select(Program.id, Program.name, Program.description, Facility.name.label("facility"))
        .outerjoin(ProgramFacility, ProgramFacility.program_id == Program.id)
        .outerjoin(Facility, (Facility.id == ProgramFacility.facility_id) & Facility.archived_at.is_(None))
        .where(Program.organization_id == organization_id, Program.is_active)
        .order_by(Program.name, Program.id, Facility.name)
    )
    found: dict[int, OfferedProgram] = {}
    for row in rows:
        before = found.get(row.id, OfferedProgram(row.name, row.description, ()))
        places = (*before.facilities, row.facility) if row.facility else before.facilities
        found[row.id] = OfferedProgram(row.name, row.description, places)
    return list(found.values())[:_MOST]
