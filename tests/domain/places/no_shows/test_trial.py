"""A policy tried on the past: when somebody would have been held back, and what that saves."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.domain.places.no_shows.policy import Consequence, NoShowPolicy
from webapp.domain.places.no_shows.strike import HALF, WHOLE, Strike
from webapp.domain.places.no_shows.trial import Affected, held_by, most_struck, people_by_strikes, seats_saved

START = datetime(2026, 1, 1, tzinfo=UTC)
TWO = NoShowPolicy(2, 30, Consequence.WARNED)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def strike(ended: int, halves: int = WHOLE) -> Strike:
    return Strike(day(ended), day(ended + 30).date(), day(ended + 30), halves)


@pytest.mark.parametrize(
    ("strikes", "most", "spells"),
    [
        ([], 0, []),
        ([strike(0)], 2, []),
        ([strike(0), strike(10)], 4, [(10, 30)]),
        ([strike(10), strike(0)], 4, [(10, 30)]),
        # One fades at the instant at which the next one begins.
        ([strike(0), strike(30)], 2, []),
        ([strike(0), strike(10), strike(30)], 4, [(10, 40)]),
        ([strike(0), strike(10), strike(60), strike(70)], 4, [(10, 30), (70, 90)]),
        ([strike(0), strike(10), strike(20)], 6, [(10, 40)]),
        ([strike(0), strike(10, HALF)], 3, []),
        ([strike(0), strike(10, HALF), strike(20, HALF)], 4, [(20, 30)]),
        # Twice at once.
        ([strike(5), strike(5)], 4, [(5, 35)]),
    ],
)
def test_when_enough_counted(strikes, most, spells):
    held = held_by(TWO, strikes)

    assert (held.most, held.spells) == (most, tuple((day(first), day(until)) for first, until in spells))


@pytest.mark.parametrize(("at", "is_held"), [(9, False), (10, True), (29, True), (30, False), (69, False), (70, True)])
def test_who_is_held_back_at_an_instant(at, is_held):
    held = held_by(TWO, [strike(0), strike(10), strike(60), strike(70)])

    assert held.is_held_at(day(at)) is is_held
    assert not held.is_held_at(day(at - 100))


@pytest.mark.parametrize(("halves", "counted_at"), [(0, 0), (1, 0), (2, 1), (3, 1), (18, 9), (30, 9)])
def test_halves_that_make_none_up_are_left_out(halves, counted_at):
    assert held_by(TWO, [strike(0, halves)]).counted_at == counted_at


def test_no_more_is_saved_than_people_waited_for():
    assert seats_saved({1: 3, 2: 1, 3: 2}, {1: 2, 2: 5}) == {1: 2, 2: 1, 3: 0}


def test_everybody_stands_in_one_column():
    assert people_by_strikes({1: 4, 3: 2, 9: 1}, 20) == (13, 4, 0, 2, 0, 0, 0, 0, 0, 1)
    # Somebody without an outcome in a year of few.
    assert people_by_strikes({1: 4}, 3)[0] == 0


def test_who_missed_most_comes_first():
    people = [Affected(number, missed, 9, 0, START, START, 0, 0) for number, missed in [(1, 2), (2, 5), (3, 2)]]

    assert [one.user_id for one in most_struck(people, 2)] == [2, 1]
