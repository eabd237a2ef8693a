"""Pass codes: a typing error is told apart from an unknown code."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.places.pass_code import (
    ALPHABET,
    LENGTH,
    check_character,
    is_well_formed,
    looks_like_code,
    new_pass_code,
    normalize,
)

bodies = st.text(ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1)


def code_for(body: str) -> str:
    return body + check_character(body)


def test_the_alphabet_has_no_character_that_is_read_or_typed_as_another():
    assert set(ALPHABET) & set("ILOUYZ") == set()
    assert (len(ALPHABET), len(set(ALPHABET))) == (30, 30)


def test_a_new_code_is_well_formed_and_new():
    codes = {new_pass_code() for _ in range(1000)}

    assert len(codes) == 1000
    assert {is_well_formed(code) for code in codes} == {True}


@given(bodies)
def test_every_single_wrong_character_is_found(body):
    code = code_for(body)
    wrong = [code[:at] + other + code[at + 1 :] for at in range(LENGTH) for other in ALPHABET if other != code[at]]

    assert len(wrong) == LENGTH * (len(ALPHABET) - 1)
    assert [text for text in wrong if is_well_formed(text)] == []


@given(bodies)
def test_swapped_neighbours_are_found_but_for_the_two_outermost(body):
    """The one known blind spot of Luhn mod N: the first and last character of the alphabet."""
    code = code_for(body)
    for at, (one, two) in enumerate(pairwise(code)):
        swapped = code[:at] + two + one + code[at + 2 :]
        blind = one == two or {one, two} == {ALPHABET[0], ALPHABET[-1]}
        assert is_well_formed(swapped) == blind


@pytest.mark.parametrize("text", ["", "1234567", "123456789", "ABCDEFGI", "abcdefgh", "12345 78", "1234567\0"])
def test_what_is_not_eight_characters_of_the_alphabet_is_no_code(text):
    assert (looks_like_code(text), is_well_formed(text)) == (False, False)


@given(bodies)
def test_a_code_is_read_in_every_way_it_is_typed_or_scanned(body):
    code = code_for(body)
    ways = {
        code,
        code.lower(),
        f" {code}\t",
        f"{code[:4]} {code[4:]}",
        f"{code[:4]}-{code[4:]}",
        f"https://turnout.example/p/{code}",
        f"https://turnout.example/p/{code.lower()}/",
        code.replace("1", "I"),
        code.replace("1", "l"),
        code.replace("0", "o"),
    }

    assert {normalize(way) for way in ways} == {code}
