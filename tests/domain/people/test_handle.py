"""The address of a profile: what can be one, and what is drawn by lot."""

import pytest

from webapp.domain.people.handle import LONGEST, RESERVED, clean_handle, new_handle
from webapp.domain.refusal import Refused


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("mira", "mira"),
        ("  Mira-Sand ", "mira-sand"),
        ("@mira7", "mira7"),
        ("7up", "7up"),
        ("a-b-c", "a-b-c"),
        ("a" * LONGEST, "a" * LONGEST),
    ],
)
def test_a_handle_is_kept_in_one_spelling(typed, kept):
    assert clean_handle(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "@",
        "ab",
        "a" * (LONGEST + 1),
        "a" * 100_000,
        "-mira",
        "mira-",
        "mira--sand",
        "mira sand",
        "mira_sand",
        "mira.sand",
        "mira/sand",
        "../admin",
        "łukasz",
        "mira\u200b",
        "mira\x00",
        "\u212aelvin",
        "m\n",
        "@@mira",
        "<b>mira</b>",
        "١٢٣",
    ],
)
def test_anything_else_is_refused(typed):
    with pytest.raises(Refused) as caught:
        clean_handle(typed)

    assert caught.value.code == "handle_invalid"


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_words_that_would_look_official_are_kept_free(word):
    with pytest.raises(Refused) as caught:
        clean_handle(word.upper())

    assert caught.value.code in {"handle_reserved", "handle_invalid"}


def test_a_drawn_handle_is_one_and_never_the_same():
    drawn = {new_handle() for _ in range(200)}

    assert (len(drawn), {clean_handle(one) for one in drawn}) == (200, drawn)
