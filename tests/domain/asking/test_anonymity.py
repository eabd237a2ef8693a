"""How much is shown of what people given without their names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.asking.anonymity import GROUP, in_hash_order, number_to_show


@pytest.mark.parametrize(
    ("given", "while_open", "at_the_end"),
    [
        (0, 0, 0),
        (1, 0, 0),
        (4, 0, 0),
        (5, 5, 5),
        (6, 5, 6),
        (9, 5, 9),
        (10, 10, 10),
        (1_000, 1_000, 1_000),
        (1_004, 1_000, 1_004),
    ],
)
def test_nothing_below_five_then_groups_of_five_and_all_when_nothing_changes_any_more(given, while_open, at_the_end):
    assert number_to_show(given, is_final=False) == while_open
    assert number_to_show(given, is_final=True) == at_the_end


@given(st.lists(st.integers(1, 3), max_size=60))
def test_while_answers_come_in_what_is_shown_never_grows_by_fewer_than_a_group(steps):
    given, seen = 0, 0
    for step in steps:
        given += step
        shown = number_to_show(given, is_final=False)
        assert shown == seen or shown - seen >= GROUP
        seen = shown


@given(st.lists(st.text(max_size=20)), st.randoms())
def test_the_order_of_comments_tells_nothing_about_the_order_they_came_in(comments, chance):
    shuffled = comments[:]
    chance.shuffle(shuffled)

    assert in_hash_order(shuffled) == in_hash_order(comments)
    assert sorted(in_hash_order(comments)) == sorted(comments)
