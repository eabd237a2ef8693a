"""People of a facility, and files of people."""

from webapp.views.admin.people import (
    care,
    facility_file,
    facility_people,
    facility_person,
    merging,
    person_here,
)

__all__ = [
    "care",
    "facility_file",
    "facility_people",
    "facility_person",
    "merging",
    "person_here",
]
