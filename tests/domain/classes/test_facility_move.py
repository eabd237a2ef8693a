"""When a person can be moved to another facility, and what becomes of each place."""

import pytest

from webapp.domain.classes.class_enrollment import LIVE, left_as, require_allowed
from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.classes.facility_move import REASON_LIMIT, FacilityMoveFacts, reason_of_end, require_movable
from webapp.domain.classes.program_class import FROZEN
from webapp.domain.classes.program_class import ClassStatus as C
from webapp.domain.permission import ROLE_PERMISSIONS, Permission, Role
from webapp.domain.refusal import Refused


def facts(**changes) -> FacilityMoveFacts:
    usual = {"from_facility_id": 1, "to_facility_id": 2, "is_same_organization": True, "is_there": True}
    return FacilityMoveFacts(**{**usual, **changes})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to_facility_id": 1}, "same_facility"),
        ({"is_same_organization": False}, "facility_elsewhere"),
        ({"is_there": False}, "not_at_facility"),
        ({"is_deactivated_at_new": True}, "deactivated_at_new_facility"),
    ],
)
def test_a_move_that_is_not_possible_is_refused_with_its_reason(changes, code):
    with pytest.raises(Refused) as caught:
        require_movable(facts(**changes))
    assert caught.value.code == code


def test_a_move_is_possible_also_to_where_the_person_is_already():
    require_movable(facts())
    require_movable(facts(is_deactivated_at_new=False))


@pytest.mark.parametrize(
    ("class_status", "from_status", "to_status"),
    [
        (C.SCHEDULED, E.ENROLLED, E.CANCELLED),
        (C.SCHEDULED, E.WAITLISTED, E.CANCELLED),
        (C.ACTIVE, E.ENROLLED, E.TRANSFERRED),
        (C.ACTIVE, E.WAITLISTED, E.CANCELLED),
        (C.PAUSED, E.ENROLLED, E.TRANSFERRED),
        (C.PAUSED, E.WAITLISTED, E.CANCELLED),
    ],
)
def test_what_becomes_of_a_place(class_status, from_status, to_status):
    assert left_as(class_status, from_status, while_running=E.TRANSFERRED) is to_status
    require_allowed(class_status, from_status, to_status)


@pytest.mark.parametrize("class_status", list(C))
@pytest.mark.parametrize("from_status", list(E))
def test_nothing_else_is_touched(class_status, from_status):
    ended = left_as(class_status, from_status, while_running=E.TRANSFERRED)
    assert (ended is None) == (class_status in FROZEN or from_status not in LIVE)


def test_the_reason_fits_into_a_trail_with_the_longest_name_of_a_facility():
    assert len(reason_of_end("x" * 120, "y" * REASON_LIMIT)) <= 500


def test_admins_move_people_and_organizers_do_not():
    assert [Permission.MOVE_PEOPLE in ROLE_PERMISSIONS[role] for role in (Role.ADMIN, Role.ORGANIZER)] == [True, False]
