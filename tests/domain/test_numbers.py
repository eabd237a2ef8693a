"""Whole numbers in one spelling: what `int()` would let through is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.numbers import MAX_ID, parse_whole
from webapp.domain.refusal import Refused


def parse(text: str, low: int = 1, high: int = 100_000) -> int | str:
    try:
        return parse_whole(text, low=low, high=high, field="capacity")
    except Refused as refused:
        return refused.code


@pytest.mark.parametrize(("text", "expected"), [("1", 1), ("50", 50), ("100000", 100_000)])
def test_plain_digits_within_the_bounds_are_a_number(text, expected):
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "-1",
        "+1",
        "100001",
        "1.5",
        "1e3",
        " 5 ",
        "5\n",
        "5_0",
        "\u0665",
        "\uff15",
        "\u00b2",
        "0x5",
        "05",
        "00",
        "NaN",
        "Infinity",
        "2147483648",
        "9223372036854775808",
        "9" * 5000,
        "true",
        "[5]",
        "5; DROP TABLE x",
        "\0",
        "x",
    ],
)
def test_everything_else_is_refused(text):
    assert parse(text) == "number_invalid"


def test_zero_is_a_number_where_it_is_allowed():
    assert (parse("0", low=0), parse("00", low=0)) == (0, "number_invalid")


def test_the_highest_id_is_the_last_number_of_64_bits():
    assert parse(str(MAX_ID), high=MAX_ID) == 2**63 - 1
    assert parse(str(MAX_ID + 1), high=MAX_ID) == "number_invalid"


def test_a_refused_number_names_the_field_and_its_bounds():
    with pytest.raises(Refused) as caught:
        parse_whole("x", low=1, high=9, field="capacity")

    assert (caught.value.code, caught.value.facts) == ("number_invalid", {"field": "capacity", "low": 1, "high": 9})


@given(st.integers(0, MAX_ID))
def test_every_number_is_read_back_from_its_own_spelling(number):
    assert parse(str(number), low=0, high=MAX_ID) == number


@given(st.text())
def test_no_text_does_worse_than_a_refusal(text):
    assert parse(text) == "number_invalid" or text == str(parse(text))
