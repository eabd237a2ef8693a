"""Which texts speak of somebody who asked to go."""

import pytest

from webapp.domain.people.redaction import REDACTED, mentions, telling_words, whole_names


@pytest.mark.parametrize(
    ("name", "text", "speaks"),
    [
        ("Mira Sand", "Mira came late", True),
        ("Mira Sand", "MIRA'S train was late", True),
        ("Mira Sand", "the sand pit was closed", True),
        ("Mira Sand", "She came late", False),
        ("Łukasz Żak", "lukasz was there", True),
        ("Jürgen O’Brien-Lê", "obrien says so", True),
        ("Jürgen O’Brien-Lê", "Mrs Brien says so", True),
        ("Li An", "I believe another one answered", False),
        ("Li An", "ask Li.", True),
        ("J. Sand", "Jan came", False),
        ("李明", "李明没来", True),
        ("Mira Sand", "mirasand@post.example wrote", True),
        ("Mira Sand", "", False),
    ],
)
def test_every_word_of_the_name_tells_and_parts_of_other_words_do_not(name, text, speaks):
    assert mentions(text, telling_words(name, None, None)) is speaks


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ("wrote from quentin.x@post.example", True),
        ("see /people/zebrafinch", True),
        ("quentin called", True),
        ("post.example was down", False),
    ],
)
def test_the_address_and_the_handle_tell_too(text, speaks):
    assert mentions(text, telling_words("Mira Sand", "quentin.x@post.example", "zebrafinch")) is speaks


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("Gave the place of Mira Sand to Ben", True),
        ("Mira gave it to Ben", False),
        ("mira@post.example wrote", True),
        ("a sand castle", False),
    ],
)
def test_in_other_peoples_rows_it_takes_the_whole_name_or_the_address(text, means):
    assert mentions(text, whole_names("Mira Sand", "mira@post.example")) is means


def test_what_is_left_instead_is_what_the_database_lets_through():
    assert REDACTED == "Removed on request"
