"""A name that looks like a formula: harmless in a spreadsheet, and itself again when the file comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.adapters.spreadsheet import csv_line
from webapp.domain.formula_guard import guard_formula, unguard_formula
from webapp.domain.places.lists.guest_list import read_guest_list

GUARDED = ["=Ana", "+49 170", "-1", "@ana", " =x", "\u200b=x", "\uff1dAna", "\t=x", "\tx", "\rx", "\nx", "'=Ana"]
LEFT = ["Ana", "'Ana", "'", "", "O'Brien", "a=b", "' x", "'(x)", "#1", "''Ana"]


@pytest.mark.parametrize("text", GUARDED)
def test_whatever_could_run_gets_an_apostrophe_and_loses_it_again(text: str) -> None:
    assert guard_formula(text) == "'" + text
    assert unguard_formula("'" + text) == text


@pytest.mark.parametrize("text", LEFT)
def test_other_text_is_left_as_it_is_both_ways(text: str) -> None:
    assert (guard_formula(text), unguard_formula(text)) == (text, text)


@given(st.text(st.sampled_from("'=+-@ \t\u200b\uff0ba"), max_size=8))
def test_reading_is_the_inverse_of_writing_for_every_text(text: str) -> None:
    assert unguard_formula(guard_formula(text)) == text
    assert not guard_formula(text).lstrip("\u200b ").startswith(("=", "+", "-", "@", "\uff0b"))


@pytest.mark.parametrize("name", ["=Ana", "+Ana", "-Ana", "@Ana", "'=Ana", "O'Brien", "\uff1dAna", "'Ana"])
def test_an_export_that_is_imported_gives_the_same_names(name: str) -> None:
    text = csv_line(["Name", "Email"]) + csv_line([name, "-ana@x.example"])

    (guest,) = read_guest_list(text).guests

    assert (guest.name, guest.address) == (name, "-ana@x.example")
