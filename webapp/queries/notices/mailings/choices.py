"""What an organizer can filter people by, besides their place: facilities and classes of the organization."""

from collections.abc import Sequence

from sqlalchemy import select

from webapp.domain.classes.program_class import ClassStatus
from webapp.extensions import db
from webapp.models import Facility, ProgramClass


def facilities_to_choose(organization_id: int, *, including: int | None) -> Sequence[tuple[int, str]]:
    """Id and name, by name; without archived ones, but for the one that is chosen."""
    own = (Facility.organization_id == organization_id, Facility.archived_at.is_(None) | (Facility.id == including))
    rows = db.session.execute(select(Facility.id, Facility.name).where(*own).order_by(Facility.name, Facility.id))
    return [(row.id, row.name) for row in rows]


def classes_to_choose(organization_id: int, *, including: int | None) -> Sequence[tuple[int, str]]:
    """Id and title of classes that have people at present, by title, and of the one that is chosen."""
    living = ProgramClass.status.in_((ClassStatus.SCHEDULED, ClassStatus.ACTIVE, ClassStatus.PAUSED))
    own = (ProgramClass.organization_id == organization_id, living | (ProgramClass.id == including))
    rows = db.session.execute(
        select(ProgramClass.id, ProgramClass.title).where(*own).order_by(ProgramClass.title, ProgramClass.id)
    )
    return [(row.id, row.title) for row in rows]
