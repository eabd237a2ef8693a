"""People of a facility, and files of people."""

from webapp.views.admin.people import (
    facility_file,
    facility_people,
    facility_person,
    merging,
    person_here,
)

__all__ = [
    "facility_file",
    "facility_people",
    "facility_person",
    "merging",
    "person_here",
]
