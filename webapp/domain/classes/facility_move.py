"""A person goes from one facility of an organization to another: when that is possible.

A move ends their places at the old facility. What becomes of each place is `class_enrollment.left_as`.
"""

from dataclasses import dataclass

from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus
from webapp.domain.refusal import Refused

#: In characters. Trail and mails of the classes say it after "Moved to Studio 2: ".
REASON_LIMIT = 300


@dataclass(frozen=True, slots=True)
class PlaceEnd:
    """What a move does to one place in a class, or in the line for one."""

    enrollment_id: int
    from_status: ClassEnrollmentStatus
    to_status: ClassEnrollmentStatus


@dataclass(frozen=True, slots=True)
class FacilityMoveFacts:
    """A move that somebody asks for. Whether the person is deactivated at the new facility is None if they are new."""

    from_facility_id: int
    to_facility_id: int
    is_same_organization: bool
    is_there: bool
    is_deactivated_at_new: bool | None = None


def require_movable(facts: FacilityMoveFacts) -> None:
    """Refuse a move that leads nowhere, out of the organization, from where the person is not, or to a closed door.

    Raises `same_facility`, `facility_elsewhere`, `not_at_facility`, `deactivated_at_new_facility`.
    """
    if facts.from_facility_id == facts.to_facility_id:
        raise Refused("same_facility")
    if not facts.is_same_organization:
        raise Refused("facility_elsewhere")
    if not facts.is_there:
        raise Refused("not_at_facility")
    if facts.is_deactivated_at_new:
        raise Refused("deactivated_at_new_facility")


def reason_of_end(facility_name: str, reason: str) -> str:
    """What the trail of each class says, and what the person reads: "Moved to Studio 2: lives nearer now"."""
    return f"Moved to {facility_name}: {reason}"
