"""What stands around a class: the facility where it is, its program, the organization that holds it."""

from sqlalchemy import Select

from webapp.models import Facility, Organization, Program, ProgramClass

#: What a page of a class names of them.
NAMES = (
    Facility.timezone,
    Facility.name.label("facility_name"),
    Program.name.label("program_name"),
    Organization.name.label("organization_name"),
)


def with_surroundings(query: Select) -> Select:
    """Joins them to `ProgramClass`."""
    return (
        query.join(Facility, Facility.id == ProgramClass.facility_id)
        .join(Program, Program.id == ProgramClass.program_id)
        .join(Organization, Organization.id == ProgramClass.organization_id)
    )
