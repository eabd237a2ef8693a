"""The standby line: its order, whose seat it gets, when, and where there can be one."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.refusals import no, refusal_of
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.standby import (
    Absent,
    Seats,
    Standing,
    by_turn_to_lose,
    in_order,
    picture_key,
    require_chosen,
    require_releasable,
    require_standby_terms,
    seats_for_line,
    standby_at,
)

START = datetime(2026, 6, 13, 8, 0, tzinfo=UTC)
AT = START + timedelta(minutes=15)
END = START + timedelta(hours=2)
INSTANT = timedelta(microseconds=1)


def stands(number: int, status: S = S.WAITLISTED, *, ticket: int | None = None, source: str = "web", arrival: int = 0):
    return Standing(number, 1, status, source, arrival or number, ticket)


def test_first_who_lost_a_place_by_arrival_then_the_waitlist_by_ticket_then_walk_ins_by_arrival():
    line = [
        stands(1, source="walk_in", ticket=1, arrival=9),
        stands(2, ticket=7, arrival=1),
        stands(3, ticket=3, arrival=8),
        stands(4, S.RELEASED, ticket=1, arrival=12),
        stands(5, S.RELEASED, arrival=11),
        stands(6, source="walk_in", ticket=8, arrival=2),
        # Without a ticket nobody stands before those who have one.
        stands(7, arrival=3),
    ]
    assert [one.enrollment_id for one in in_order(line)] == [5, 4, 3, 2, 6, 7, 1]


@pytest.mark.parametrize(
    ("minutes", "until", "capacity", "taken", "now", "seats"),
    [
        (15, START, 12, 10, START, 2),
        (15, START, 12, 10, START - INSTANT, 0),
        (15, START, 12, 12, START, 0),
        (15, START, 12, 14, START, 0),
        (15, START, None, 300, START, None),
        (0, START, 12, 11, START, 1),
        (None, START, 12, 10, START, 0),
        (15, None, 12, 10, START, 0),
    ],
)
def test_free_seats_belong_to_the_line_when_nobody_moves_up_any_more(minutes, until, capacity, taken, now, seats):
    found = seats_for_line(minutes=minutes, until=until, capacity=capacity, taken=taken, now=now)
    assert found == seats


@pytest.mark.parametrize(
    ("status", "at", "now", "refusal"),
    [
        ("published", AT, AT, None),
        ("published", AT, END - INSTANT, None),
        ("published", AT, AT - INSTANT, no("standby_too_early", standby_at=AT)),
        ("published", AT, END, no("event_over", ended_at=END)),
        ("published", None, AT, no("standby_off")),
        ("completed", AT, AT, no("event_not_published")),
        ("cancelled", AT, AT, no("event_not_published")),
    ],
)
def test_when_places_may_be_released(status, at, now, refusal):
    assert refusal_of(require_releasable, status, standby_at=at, effective_end_at=END, now=now) == refusal


def test_what_may_be_released_says_since_when():
    assert require_releasable("published", standby_at=AT, effective_end_at=END, now=AT + INSTANT) == AT


@pytest.mark.parametrize(("minutes", "at"), [(15, AT), (0, START), (None, None)])
def test_the_time_follows_the_start(minutes, at):
    assert standby_at(START, minutes) == at


def test_who_got_the_place_last_loses_it_first():
    absent = [Absent(1, 1, START), Absent(2, 1, AT), Absent(3, 1, START)]
    assert [one.enrollment_id for one in by_turn_to_lose(absent)] == [2, 3, 1]


@pytest.mark.parametrize(
    ("chosen", "line", "refusal"),
    [
        ([1, 2], 2, None),
        ([1, 1], 1, None),
        ([], 2, no("standby_nobody_chosen")),
        ([1, 4], 2, no("standby_changed")),
        ([1, 2, 3], 3, None),
        ([1, 2, 3], 2, no("standby_too_many", line=2)),
        ([1], 0, no("standby_too_many", line=0)),
    ],
)
def test_who_may_be_chosen(chosen, line, refusal):
    people = [stands(number, ticket=number) for number in range(4, 4 + line)]
    assert refusal_of(require_chosen, chosen, [1, 2, 3], people, Seats(12, 12)) == refusal


def test_nobody_loses_a_place_that_who_is_next_cannot_use():
    pair = [Standing(4, 1, S.WAITLISTED, "web", 4, 4, 7), Standing(5, 1, S.WAITLISTED, "web", 5, 5, 7)]
    assert refusal_of(require_chosen, [1], [1, 2, 3], pair, Seats(12, 12)) == no("standby_unused")
    assert refusal_of(require_chosen, [1, 2], [1, 2, 3], pair, Seats(12, 12)) is None


def test_the_key_is_the_same_for_the_same_people_in_the_same_order():
    absent, line = [Absent(1, 1, START), Absent(2, 1, AT)], [stands(3), stands(4)]
    key = picture_key(absent, line)
    assert len(key) == 8
    assert picture_key(reversed(absent), line) == key
    assert picture_key(absent, reversed(line)) != key
    assert picture_key(absent[:1], line) != key
    assert picture_key([Absent(1, 2, START), absent[1]], line) != key


@pytest.mark.parametrize(
    ("minutes", "days", "has_waitlist", "capacity", "refusal"),
    [
        (15, 1, True, 12, None),
        (15, 2, True, 12, no("standby_needs_one_day")),
        (15, 1, False, 12, no("standby_needs_waitlist")),
        (15, 1, True, None, no("standby_needs_limit")),
        (None, 3, False, None, None),
    ],
)
def test_where_there_can_be_a_line(minutes, days, has_waitlist, capacity, refusal):
    refused = refusal_of(require_standby_terms, minutes, days=days, has_waitlist=has_waitlist, capacity=capacity)
    assert refused == refusal
