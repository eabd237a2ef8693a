"""Who is told what of a class: a table of cases. And codes of certificates."""

import pytest

from webapp.domain.classes.class_enrollment import ENDED, possible_ends
from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.classes.class_event import ClassDomainEvent as D
from webapp.domain.classes.program_class import ClassStatus as C
from webapp.domain.notices.class_notice import ClassTold, class_notice_of
from webapp.domain.permission import Trigger
from webapp.domain.places.certificate_code import in_groups, is_well_formed, new_certificate_code, normalize

STAFF, SELF, SYSTEM = Trigger.ORGANIZER, Trigger.USER, Trigger.SYSTEM


@pytest.mark.parametrize(
    ("kind", "by", "status", "class_status", "notice"),
    [
        (D.CLASS_ENROLLED, STAFF, E.ENROLLED, C.SCHEDULED, "class_enrolled"),
        (D.CLASS_ENROLLED, STAFF, E.CANCELLED, C.SCHEDULED, None),
        (D.CLASS_WAITLISTED, STAFF, E.WAITLISTED, C.ACTIVE, "class_waitlisted"),
        (D.CLASS_WAITLISTED, STAFF, E.ENROLLED, C.ACTIVE, None),
        (D.CLASS_PROMOTED, SYSTEM, E.ENROLLED, C.ACTIVE, "class_promoted"),
        (D.CLASS_PROMOTED, SYSTEM, E.DROPPED, C.ACTIVE, None),
        (D.CLASS_ENROLLMENT_CANCELLED, SELF, E.CANCELLED, C.SCHEDULED, None),
        (D.CLASS_ENROLLMENT_CANCELLED, STAFF, E.CANCELLED, C.SCHEDULED, "class_cancelled"),
        (D.CLASS_ENROLLMENT_CANCELLED, STAFF, E.CANCELLED, C.CANCELLED, "class_called_off"),
        (D.CLASS_ENROLLMENT_CANCELLED, STAFF, E.CANCELLED, C.COMPLETED, "class_cancelled"),
        (D.CLASS_ENROLLMENT_ENDED, STAFF, E.FAILED, C.ACTIVE, "class_ended"),
        (D.CLASS_ENROLLMENT_ENDED, STAFF, E.ENROLLED, C.ACTIVE, None),
        (D.CLASS_ENROLLMENT_REOPENED, STAFF, E.ENROLLED, C.PAUSED, "class_reopened"),
        (D.CLASS_COMPLETED, STAFF, E.COMPLETED, C.COMPLETED, "class_completed"),
    ],
)
def test_what_somebody_is_told_of_a_class(kind, by, status, class_status, notice):
    assert class_notice_of(ClassTold(kind, by, status, class_status)) == notice


@pytest.mark.parametrize(
    ("class_status", "status", "ends"),
    [
        (C.SCHEDULED, E.ENROLLED, {E.CANCELLED}),
        (C.SCHEDULED, E.WAITLISTED, {E.CANCELLED}),
        (C.ACTIVE, E.ENROLLED, ENDED),
        (C.PAUSED, E.ENROLLED, ENDED),
        (C.ACTIVE, E.WAITLISTED, {E.CANCELLED}),
        (C.ACTIVE, E.FAILED, set()),
        (C.COMPLETED, E.COMPLETED, set()),
        (C.CANCELLED, E.CANCELLED, set()),
        (C.COMPLETED, E.ENROLLED, set()),
    ],
)
def test_how_staff_may_end_an_enrollment_now(class_status, status, ends):
    assert set(possible_ends(class_status, status)) == set(ends)


def test_a_code_is_read_however_it_is_typed_and_a_typing_error_shows():
    code = new_certificate_code()
    typed = (code, in_groups(code), f" {in_groups(code).lower()} ", code.replace("0", "o").replace("1", "l"))
    other = "2" if code[3] != "2" else "3"

    assert [normalize(one) for one in typed] == [code] * 4
    assert (is_well_formed(code), is_well_formed(code[:3] + other + code[4:]), is_well_formed(code[:-1])) == (
        True,
        False,
        False,
    )
