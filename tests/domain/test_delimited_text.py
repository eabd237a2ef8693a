"""Rows of delimited text: whatever is written by a CSV writer is read back, and nothing else breaks the reader."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.delimited_text import records
from webapp.domain.places.lists.guest_list import read_guest_list
from webapp.domain.places.lists.guest_table import DELIMITERS
from webapp.domain.refusal import Refused

#: What the csv module itself gives back: it reads CR and NUL in its own way.
TEXT = st.text(st.characters(exclude_characters="\r\0", exclude_categories=("Cs",)), max_size=12)
PIECES = st.lists(
    st.sampled_from(
        [
            '"',
            '""',
            ",",
            ";",
            "\t",
            "|",
            "\n",
            "\r\n",
            "\r",
            "Name",
            "Email",
            "a@x.example",
            " ",
            "=",
            "'",
            "Status",
            "no",
            "\ufeff",
            "\u200b",
            "é",
            "1",
            "sep=;",
            "2. Participants",
            "\n\n",
        ]
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("text", "delimiter", "cells"),
    [
        ("a,b\nc,d\n", ",", [(1, ["a", "b"]), (2, ["c", "d"])]),
        ('"a\nb",c\nd\n', ",", [(1, ["a\nb", "c"]), (3, ["d"])]),
        ('"a ""b"" c",d', ",", [(1, ['a "b" c', "d"])]),
        ('"Rez" Hartmann\t12\n', "\t", [(1, ['"Rez" Hartmann', "12"])]),
        ('"Rez" Hartmann,12\n', ",", [(1, ['"Rez" Hartmann', "12"])]),
        ('"Rez\t12\nAna\t13\n', "\t", [(1, ['"Rez', "12"]), (2, ["Ana", "13"])]),
        ('a, "b,c" ,d', ",", [(1, ["a", "b,c", "d"])]),
        ("a\rb\r", ",", [(1, ["a"]), (2, ["b"])]),
        ("a,\r\n,b\r\n", ",", [(1, ["a", ""]), (2, ["", "b"])]),
        ('6" pipe,x\n', ",", [(1, ['6" pipe', "x"])]),
    ],
)
def test_cells_are_quoted_only_where_both_quotes_stand_right(text, delimiter, cells) -> None:
    assert list(records(text, delimiter)) == cells


@given(st.lists(st.lists(TEXT, min_size=2, max_size=5), min_size=1, max_size=6), st.sampled_from(sorted(DELIMITERS)))
def test_what_a_writer_quoted_is_read_back(rows: list[list[str]], delimiter: str) -> None:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)

    assert [cells for _, cells in records(written.getvalue(), delimiter)] == rows


@given(PIECES)
def test_any_text_is_read_or_refused_with_a_reason(pieces: list[str]) -> None:
    text = "".join(pieces)
    lines = text.count("\n") + text.count("\r") + 1
    try:
        listed = read_guest_list(text)
    except Refused as refused:
        assert refused.code in {"file_empty", "file_broken", "no_address_column", "no_addresses"}
        return
    numbers = [guest.number for guest in listed.guests]
    assert numbers == sorted(numbers)
    assert all(1 <= number <= lines for number in numbers)
    assert all(guest.name or guest.address for guest in listed.guests)
