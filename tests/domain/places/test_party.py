"""People who enroll together: how many, who of them is placed, who of a line moves up."""

from datetime import timedelta
from functools import partial

import pytest

from tests.support.refusals import no, refusal_of
from tests.support.worlds.terms import terms_of
from tests.support.worlds.world import NOON
from webapp.domain.places.party import (
    Unit,
    ahead_of_newcomer,
    most_heads,
    next_in_line,
    place_party,
    read_heads,
    require_heads,
    unnamed,
    waits_with_others,
)

START = NOON + timedelta(days=1)

terms = partial(terms_of, START)


@pytest.mark.parametrize(("text", "heads"), [("1", 1), (" 3 ", 3), ("50", 50)])
def test_how_many_come_is_a_whole_number(text, heads):
    assert read_heads(text) == heads


@pytest.mark.parametrize("text", ["", "0", "51", "x", "-1", "1.5", "01", "10000000000000000000000", "٣"])
def test_anything_else_is_none(text):
    assert refusal_of(read_heads, text) == no("party_size_wrong", most=50)


@pytest.mark.parametrize(
    ("count", "most", "capacity", "refusal"),
    [
        (1, 1, 1, None),
        (4, 4, None, None),
        (4, 4, 4, None),
        (5, 4, None, no("party_too_large", most=4, size=5)),
        (5, 4, 3, no("party_too_large", most=4, size=5)),
        (4, 4, 3, no("party_over_capacity", capacity=3, size=4)),
    ],
)
def test_as_many_as_the_event_allows_and_has_places(count, most, capacity, refusal):
    assert refusal_of(require_heads, count, most=most, capacity=capacity) == refusal


@pytest.mark.parametrize(("size", "capacity", "most"), [(4, None, 4), (4, 9, 4), (4, 4, 4), (4, 3, 3), (1, 9, 1)])
def test_a_page_asks_for_no_more_than_there_are_places(size, capacity, most):
    assert most_heads(size, capacity) == most


@pytest.mark.parametrize(
    ("lets_pass", "until", "ahead"),
    [
        (False, START, 5),
        (True, START, 0),
        # From the last call on nobody is passed any more, nor where nobody moves up at all.
        (True, NOON, 5),
        (True, NOON - timedelta(seconds=1), 5),
        (True, NOON + timedelta(seconds=1), 0),
        (True, None, 5),
    ],
)
def test_whom_a_newcomer_stands_behind(lets_pass, until, ahead):
    assert ahead_of_newcomer(5, lets_pass=lets_pass, promotes_until=until, now=NOON) == ahead


CASES = [
    # size, capacity, taken, ahead, may_split, outcome: c(onfirmed) and w(aiting) for each, or the refusal
    (3, None, 90, 0, None, "ccc"),
    (3, 6, 3, 0, None, "ccc"),
    (3, 6, 3, 0, False, "ccc"),
    (3, 6, 4, 0, None, no("party_fits_in_part", free=2, size=3)),
    (3, 6, 5, 0, None, no("party_fits_in_part", free=1, size=3)),
    (3, 6, 4, 0, False, "www"),
    (3, 6, 4, 0, True, "ccw"),
    (3, 6, 5, 0, True, "cww"),
    (3, 6, 6, 0, None, "www"),
    (3, 6, 6, 0, True, "www"),
    # More were let in than there are places.
    (3, 6, 7, 0, None, "www"),
    # Somebody waits: nobody passes them.
    (3, 6, 0, 1, None, "www"),
    (3, 6, 0, 1, True, "www"),
    (3, None, 0, 1, None, "www"),
]


@pytest.mark.parametrize(("size", "capacity", "taken", "ahead", "may_split", "outcome"), CASES)
def test_a_party_is_placed_whole_or_as_it_says(size, capacity, taken, ahead, may_split, outcome):
    given = {"capacity": capacity, "taken": taken, "ahead": ahead, "may_split": may_split, "now": NOON}
    if isinstance(outcome, tuple):
        assert refusal_of(place_party, terms(), size, **given) == outcome
        return
    assert "".join(status[0] for status in place_party(terms(), size, **given)) == outcome


@pytest.mark.parametrize(
    ("changes", "now", "taken", "ahead", "refusal"),
    [
        ({"has_waitlist": False}, NOON, 4, 0, no("party_does_not_fit", free=2, size=3)),
        ({"has_waitlist": False}, NOON, 6, 0, no("event_full", capacity=6)),
        # Somebody waits: what is free is theirs.
        ({"has_waitlist": False}, NOON, 3, 1, no("event_full", capacity=6)),
        # From the start on there is no line to wait in, and nobody in it is ahead.
        ({}, START, 4, 0, no("party_does_not_fit", free=2, size=3)),
        ({}, START, 6, 0, no("event_full", capacity=6)),
        ({}, START, 3, 5, None),
        ({"has_waitlist": False}, START, 3, 0, None),
    ],
)
@pytest.mark.parametrize("may_split", [None, False, True])
def test_where_nobody_can_wait_all_come_or_nobody(changes, now, taken, ahead, refusal, may_split):
    given = {"capacity": 6, "taken": taken, "ahead": ahead, "may_split": may_split, "now": now}
    assert refusal_of(place_party, terms(**changes), 3, **given) == refusal


@pytest.mark.parametrize(("now", "outcome"), [(START - timedelta(microseconds=1), "waitlisted"), (START, "confirmed")])
def test_a_party_has_people_ahead_of_it_until_the_start(now, outcome):
    given = {"capacity": 6, "taken": 3, "ahead": 5, "may_split": None, "now": now}
    assert place_party(terms(), 3, **given) == (outcome,) * 3


@pytest.mark.parametrize(
    ("waiting", "may_split", "waits"), [(0, False, False), (1, False, True), (3, False, True), (1, True, False)]
)
def test_who_joins_a_party_that_waits_waits_with_it_unless_it_may_be_split(waiting, may_split, waits):
    assert waits_with_others(waiting, may_split=may_split) is waits


def line(*sizes: int) -> list[Unit]:
    """Parties of these sizes, with enrollments 10, 11 ..., 20, 21 ... and so on."""
    return [Unit(tuple(range(place * 10, place * 10 + size))) for place, size in enumerate(sizes, 1)]


@pytest.mark.parametrize(
    ("sizes", "free", "capacity", "lets_pass", "moves"),
    [
        ((1, 1, 1), 2, 9, False, (1, 2)),
        ((3, 1, 1), 2, 9, False, ()),
        ((3, 1, 1), 2, 9, True, (2, 3)),
        ((3, 1, 1), 3, 9, False, (1,)),
        ((3, 1, 1), 4, 9, False, (1, 2)),
        ((1, 3, 1), 3, 9, False, (1,)),
        ((1, 3, 1), 3, 9, True, (1, 3)),
        ((2, 3, 2, 1), 4, 9, True, (1, 3)),
        ((2, 2), 0, 9, True, ()),
        ((2, 2), None, None, False, (1, 2)),
        # One that is larger than the event could never move: it holds nobody up.
        ((4, 1, 2), 3, 3, False, (2, 3)),
        ((4, 1, 2), 3, 3, True, (2, 3)),
        # One as large as the event waits for all of it.
        ((3, 1), 3, 3, False, (1,)),
        ((3, 1), 2, 3, False, ()),
        ((), 3, 9, False, ()),
        # More were let in than there are places.
        ((1,), -1, 9, True, ()),
    ],
)
def test_who_of_a_line_moves_up(sizes, free, capacity, lets_pass, moves):
    units = line(*sizes)
    found = next_in_line(units, free=free, capacity=capacity, lets_pass=lets_pass)
    assert found == [units[place - 1] for place in moves]


def test_who_has_no_name_yet_is_called_after_who_brings_them():
    assert unnamed("Ana Silva", 2) == "Ana Silva +2"
