"""Answers against records: the whole table, written out."""

from itertools import product

import pytest

from webapp.domain.asking.attendance_response import Answer
from webapp.domain.asking.contradiction import contradicts
from webapp.domain.places.enrollment import EnrollmentStatus

CONTRADICTING = {
    ("attended", "no_show"),
    ("partial", "no_show"),
    ("not_attended", "attended"),
    ("not_attended", "checked_in"),
}


@pytest.mark.parametrize(("answer", "status"), list(product([*Answer, None], [*EnrollmentStatus, None])))
def test_four_pairs_contradict_each_other_and_no_other_does(answer, status):
    assert contradicts(answer, status) is ((answer, status) in CONTRADICTING)
