"""How many move up: never after the start, never above the capacity."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.refusals import no, refusal_of
from webapp.domain.permission import Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.waitlist import (
    lane_of_ticket,
    promotions_due,
    rank_of_last,
    require_capacity_holds,
    returns_until,
    ticket_in,
)

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


@pytest.mark.parametrize(
    ("capacity", "taken", "over", "refusal"),
    [
        (None, 9, 0, None),
        (9, 9, 0, None),
        (10, 9, 0, None),
        (1, 0, 0, None),
        (8, 9, 0, no("capacity_below_seats", capacity=8, taken=9)),
        # Two of them were given beyond the capacity.
        (7, 9, 2, None),
        (6, 9, 2, no("capacity_below_seats", capacity=6, taken=9)),
    ],
)
def test_a_capacity_may_fall_to_the_seats_taken(capacity, taken, over, refusal):
    assert refusal_of(require_capacity_holds, capacity, taken, over) == refusal


def test_without_a_word_nothing_was_given_beyond_the_capacity():
    assert refusal_of(require_capacity_holds, 8, 9) == no("capacity_below_seats", capacity=8, taken=9)


def test_where_nobody_moves_up_nobody_does():
    assert promotions_due(capacity=50, taken=0, waiting=5, until=None, now=BEFORE) == 0


LEFT = START - timedelta(hours=3)
LEFT_BY_THEMSELVES = {"moved_from": S.WAITLISTED, "moved_by": Trigger.USER, "left_at": LEFT}


@pytest.mark.parametrize(
    ("status", "changes", "until"),
    [
        (S.CANCELLED, {}, LEFT + timedelta(minutes=10)),
        (S.CANCELLED, {"left_at": START - timedelta(minutes=11)}, START - timedelta(minutes=1)),
        # From the start on there is no line.
        (S.CANCELLED, {"left_at": START - timedelta(minutes=9)}, START),
        (S.CANCELLED, {"moved_from": S.CONFIRMED}, None),
        (S.CANCELLED, {"moved_from": None}, None),
        (S.CANCELLED, {"moved_by": Trigger.ORGANIZER}, None),
        (S.CANCELLED, {"moved_by": Trigger.SYSTEM}, None),
        (S.CANCELLED, {"moved_by": None}, None),
        (S.CANCELLED, {"left_at": None}, None),
        (S.WAITLISTED, {}, None),
        (S.CONFIRMED, {}, None),
    ],
)
def test_who_left_the_line_by_themselves_can_have_their_place_in_it_again_for_ten_minutes(status, changes, until):
    assert returns_until(status, **{**LEFT_BY_THEMSELVES, **changes}, starts_at=START) == until


@pytest.mark.parametrize(("lane", "number", "ticket"), [(0, 1, 1), (0, 10**9 - 1, 10**9 - 1), (1, 1, 10**9 + 1)])
def test_a_ticket_says_its_lane(lane, number, ticket):
    assert ticket_in(lane, number) == ticket
    assert lane_of_ticket(ticket) == lane


@pytest.mark.parametrize(
    ("waiting", "behind", "lane", "rank"),
    [(1, 0, 0, 1), (5, 0, 0, 5), (5, 2, 0, 3), (5, 2, 1, 5), (3, 2, 0, 1), (2, 3, 0, 1), (1, 0, 1, 1)],
)
def test_who_joins_stands_last_in_their_lane(waiting, behind, lane, rank):
    assert rank_of_last(waiting=waiting, behind=behind, lane=lane) == rank
