"""How a set-up code may be typed."""

import pytest

from webapp.domain.installation.setup_code import clean_setup_code
from webapp.domain.people.written_code import new_written_code
from webapp.domain.refusal import Refused


@pytest.mark.parametrize(
    "typed",
    ["KX4M-2QTW-98RD", "kx4m2qtw98rd", " KX4M 2QTW 98RD ", "KX4M-2QTW98RD"],
)
def test_it_is_read_in_any_case_and_grouping(typed):
    assert clean_setup_code(typed) == "KX4M-2QTW-98RD"


def test_letters_that_look_like_digits_are_those():
    assert clean_setup_code("OIL4-2QTW-98RD") == "0114-2QTW-98RD"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "setup_code_missing"),
        (" \n", "setup_code_missing"),
        ("KX4M-2QTW", "setup_code_wrong"),
        ("KX4M-2QTW-98RDX", "setup_code_wrong"),
        ("KX4M-2QTW-98R!", "setup_code_wrong"),
        ("KX4M-2QTW-98RÜ", "setup_code_wrong"),
    ],
)
def test_what_cannot_be_one_is_refused(typed, code):
    with pytest.raises(Refused) as refused:
        clean_setup_code(typed)
    assert refused.value.code == code


def test_each_is_another_one():
    codes = {new_written_code() for _ in range(50)}
    assert len(codes) == 50
    assert all(clean_setup_code(one) == one for one in codes)
