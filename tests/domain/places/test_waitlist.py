"""How many move up: never after the start, never above the capacity."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.places.waitlist import promotions_due, require_capacity_holds
from webapp.domain.refusal import Refused

START = datetime(2026, 6, 13, 16, 0, tzinfo=UTC)
BEFORE = START - timedelta(microseconds=1)


def due(capacity: int | None, taken: int, waiting: int, now: datetime = BEFORE) -> int:
    return promotions_due(capacity=capacity, taken=taken, waiting=waiting, until=START, now=now)


@pytest.mark.parametrize(
    ("capacity", "taken", "waiting", "expected"),
    [
        (50, 50, 0, 0),
        (50, 50, 350, 0),
        (50, 49, 350, 1),
        (50, 40, 350, 10),
        (50, 40, 3, 3),
        (50, 0, 0, 0),
        (50, 51, 7, 0),
        (None, 50, 350, 350),
        (None, 0, 0, 0),
    ],
)
def test_as_many_move_up_as_there_are_free_seats_and_people(capacity, taken, waiting, expected):
    assert due(capacity, taken, waiting) == expected


@pytest.mark.parametrize("capacity", [None, 50])
@pytest.mark.parametrize(("now", "expected"), [(BEFORE, 5), (START, 0), (START + timedelta(days=1), 0)])
def test_nobody_moves_up_from_the_start_on(capacity, now, expected):
    assert due(capacity, 10, 5, now) == expected


@given(st.none() | st.integers(1, 1000), st.integers(0, 1000), st.integers(0, 1000))
def test_promotions_never_oversell_and_never_leave_a_seat_beside_a_queue(capacity, taken, waiting):
    count = due(capacity, taken, waiting)

    assert 0 <= count <= waiting
    if capacity is not None and taken <= capacity:
        assert taken + count <= capacity
        assert count == waiting or taken + count == capacity


@pytest.mark.parametrize(("capacity", "taken"), [(None, 9), (9, 9), (10, 9), (1, 0)])
def test_a_capacity_may_fall_to_the_seats_taken(capacity, taken):
    require_capacity_holds(capacity, taken)


def test_a_capacity_below_the_seats_taken_is_refused_with_both_numbers():
    with pytest.raises(Refused) as caught:
        require_capacity_holds(8, 9)

    assert (caught.value.code, caught.value.facts) == ("capacity_below_seats", {"capacity": 8, "taken": 9})
