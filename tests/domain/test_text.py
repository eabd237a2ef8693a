"""Text as people type it, and as attackers do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.refusal import Refused
from webapp.domain.text import (
    LONGEST_SEARCH_TEXT,
    clean_line,
    clean_prose,
    fits_as_written,
    fold,
    is_same_name,
    search_text,
    search_words,
)

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


def line(text: str, limit: int = 40) -> str:
    """The cleaned line, or the refusal's code."""
    try:
        return clean_line(text, limit=limit, field="name")
    except Refused as refused:
        return refused.code


def prose(text: str, limit: int = 40, *, required: bool = False) -> str:
    try:
        return clean_prose(text, limit=limit, field="reason", required=required)
    except Refused as refused:
        return refused.code


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("  Mira   Sand ", "Mira Sand"),
        ("Mira\u00a0Sand", "Mira Sand"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("\u0645\u062d\u0645\u062f", "\u0645\u062d\u0645\u062f"),
        ("\u202eevil", "\u202eevil"),
        (FAMILY, FAMILY),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("{{7*7}}${7*7}{%print 1%}", "{{7*7}}${7*7}{%print 1%}"),
        ("' OR 1=1 --", "' OR 1=1 --"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("x" * 40, "x" * 40),
        ("\U0001f600" * 40, "\U0001f600" * 40),
        ("  " + "x" * 40 + "  ", "x" * 40),
    ],
)
def test_a_line_is_kept_as_meant(typed, expected):
    assert line(typed) == expected


@pytest.mark.parametrize("typed", ["", "   ", "\u00a0", "\u200b" * 10, "\u2060\ufeff", "\u2028"])
def test_a_line_without_a_visible_character_is_missing(typed):
    assert line(typed) == "text_missing"


@pytest.mark.parametrize(
    "typed",
    ["a\0b", "x\r\nBcc: a@evil.example", "a\nb", "a\tb", "\x1b[2J\x1b[31m", "a\x7fb", "a\x85b", "a\ud800b"],
)
def test_a_line_with_control_or_broken_characters_is_refused(typed):
    assert line(typed) == "text_broken"


@pytest.mark.parametrize("typed", ["x" * 41, "\U0001f600" * 41, FAMILY * 9, "a" + "\u0301" * 60, "x" * 10_000])
def test_length_is_counted_in_code_points(typed):
    assert line(typed) == "text_too_long"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", ""),
        (" one\r\ntwo\rthree\n ", "one\ntwo\nthree"),
        ("a\tb", "a\tb"),
        ("a\0b", "text_broken"),
        ("a\x1bb", "text_broken"),
        ("x" * 41, "text_too_long"),
        ("x\r\n" * 20, ("x\n" * 20).strip()),
    ],
)
def test_prose_keeps_its_lines(typed, expected):
    assert prose(typed) == expected


@pytest.mark.parametrize("typed", ["", " \n\t ", "\u200b\n\u200b"])
def test_required_prose_must_say_something(typed):
    assert prose(typed, required=True) == "text_missing"


@given(st.text(max_size=60))
def test_cleaning_twice_is_cleaning_once(typed):
    once = line(typed, 50)
    if once not in {"text_missing", "text_broken", "text_too_long"}:
        assert line(once, 50) == once
    told = prose(typed, 50)
    if told not in {"text_broken", "text_too_long"}:
        assert prose(told, 50) == told


@given(st.text())
def test_whatever_passes_can_be_stored_and_sent(typed):
    kept = line(typed, 100)

    assert "\0" not in kept
    assert "\n" not in kept
    assert kept.encode("utf-8")


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("Krystyna Wi\u015bniewska", "wisniew kry"),
        ("S\u00f8ren \u00d8stergaard", "oster sor"),
        ("Ren\u00e9 Stra\u00dfer", "strasser RENE"),
        ("Siobh\u00e1n O\u2019Brien", "obrien"),
        ("Siobh\u00e1n O'Brien", "brien sio"),
        ("Jos\u00e9 da  Silva", "JOSE SIL"),
        ("\u0130brahim Y\u0131lmaz", "ibrahim yilmaz"),
        ("\u738b\u5c0f\u660e", "\u738b"),
        ("Anne-Marie L\u00e9vy", "marie levy"),
    ],
)
def test_words_in_any_order_without_accents_find_the_name(name, query):
    text = search_text(name, None)

    assert [word for word in search_words(query) if f" {word}" not in text] == []


@pytest.mark.parametrize("query", ["mira@post.example", "post.example", "mira"])
def test_an_address_is_found_whole_and_by_its_parts(query):
    text = search_text("M. S.", "Mira@post.example")

    assert [word for word in search_words(query) if f" {word}" not in text] == []


def test_a_search_has_at_most_eight_words():
    assert search_words("a b c d e f g h i j") == tuple("abcdefgh")


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


def test_search_text_fits_its_column_however_long_folding_makes_it():
    assert len(search_text("\u3316" * 59 + "'" + "\u3316" * 60, None)) == LONGEST_SEARCH_TEXT


@pytest.mark.parametrize(
    ("name", "as_written", "also"),
    [
        ("J\u00fcrgen M\u00fcller", ["Muller", "M\u00fcll", "Jurgen"], ["Mueller", "Juergen", "Muell"]),
        ("Soeren Mueller", ["Mueller", "Soe"], ["Muller", "M\u00fcller", "S\u00f6ren", "S\u00f8ren"]),
        (
            "\u00c6r\u00f8 \u00d8deg\u00e5rd",
            ["Odegard", "\u00d8deg"],
            ["Oedegaard", "Oedegard", "\u00d8degaard", "Aeroe"],
        ),
        ("\u00c5sa H\u00f8st", ["Asa", "Host"], ["Aasa", "Hoest"]),
        ("Hans Gro\u00df", ["Gross", "Gro\u00df"], []),
        ("Anna-L\u00e4na W\u00fcst", ["Lana"], ["Laena", "Wuest"]),
        ("Joe", ["Jo"], []),
    ],
)
def test_a_name_is_found_as_it_is_written_and_by_its_other_spellings(name, as_written, also):
    text = search_text(name, None)

    for query in [*as_written, *also]:
        assert all(f" {word}" in text for word in search_words(query)), query
    assert [fits_as_written(search_words(query), name, None) for query in as_written] == [True] * len(as_written)
    assert [fits_as_written(search_words(query), name, None) for query in also] == [False] * len(also)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("J\u00fcrgen M\u00fcller", "Juergen Mueller", True),
        ("S\u00f8ren", "S\u00f6ren", True),
        ("S\u00f8ren", "soeren", True),
        ("\u00c5sa", "Aasa", True),
        ("Hans Gro\u00df", "HANS GROSS", True),
        ("J\u00fcrgen", "Jurgen", True),
        ("M\u00fcller", "M\u00f6ller", False),
        ("Jo", "Joe", False),
        ("Ana", "Anna", False),
    ],
)
def test_two_spellings_are_one_name(one, other, same):
    assert (is_same_name(one, other), is_same_name(other, one)) == (same, same)


@given(st.text(max_size=200))
def test_other_spellings_are_few_and_folded(name):
    text = search_text(name, None)

    assert len(text) <= LONGEST_SEARCH_TEXT
    assert all(word == fold(word) for word in text.split()[:-1])
