"""Stays folded from deliveries: in any order, any number of times, with any of them lost."""

import random
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.online.stay import LONGEST_STAY, FoldedStay, JoinedBy, LeftBy, Told, fold_stays

NINE = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
_number = count(1)


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def told(kind, minute, *, sid="PA_1", identity="u1", is_attendee=True, joined=None, room_sid="RM_1"):
    return Told(
        f"EV_{next(_number):06d}",
        kind,
        sid,
        room_sid,
        identity,
        is_attendee,
        None if minute is None else at(minute),
        None if joined is None else at(joined),
    )


def join(minute, **facts):
    return told("participant_joined", minute, **facts)


def leave(minute, **facts):
    return told("participant_left", minute, **facts)


def abort(minute, **facts):
    return told("participant_connection_aborted", minute, **facts)


def track(minute, **facts):
    return told("track_published", minute, identity=None, is_attendee=None, **facts)


def stay(joined, joined_by, left, left_by, seen=None):
    gone = None if left is None else at(left)
    return FoldedStay(
        "PA_1",
        "RM_1",
        "u1",
        at(joined),
        JoinedBy(joined_by),
        gone,
        left_by and LeftBy(left_by),
        gone or at(joined if seen is None else seen),
    )


DAYS = LONGEST_STAY / timedelta(minutes=1)

CASES = {
    "joined and left": ([join(0), leave(60)], stay(0, "join", 60, "leave")),
    "the leave came first": ([leave(60), join(0)], stay(0, "join", 60, "leave")),
    "no leave": ([join(0)], stay(0, "join", None, None)),
    "no leave, but a sign of life": ([join(0), track(12), track(7)], stay(0, "join", None, None, seen=12)),
    "no join: the leave says when": ([leave(60, joined=3)], stay(3, "leave", 60, "leave")),
    "no join, and the leave does not say": ([leave(60)], stay(60, "leave", 60, "leave")),
    "no join, joined after leaving": ([leave(60, joined=61)], stay(60, "leave", 60, "leave")),
    "no join, joined years ago": ([leave(60, joined=60 - DAYS - 1)], stay(60, "leave", 60, "leave")),
    "the join knows better": ([join(1), leave(60, joined=0)], stay(1, "join", 60, "leave")),
    "a leave before the join": ([join(30), leave(20)], stay(30, "join", 30, "leave")),
    "a leave years later": ([join(0), leave(DAYS + 1)], stay(0, "join", None, None)),
    "as long as can be": ([join(0), leave(DAYS)], stay(0, "join", DAYS, "leave")),
    "a sign of life years later": ([join(0), track(DAYS + 1)], stay(0, "join", None, None)),
    "aborted": ([join(0), abort(9)], stay(0, "join", 9, "aborted")),
    "aborted before it joined": ([abort(8), join(9)], stay(9, "join", 9, "aborted")),
    "aborted and left": ([join(0), leave(8), abort(9)], stay(0, "join", 8, "leave")),
    "two leaves": ([join(0), leave(8), leave(9)], stay(0, "join", 9, "leave")),
    "two joins": ([join(5), join(0), leave(9)], stay(0, "join", 9, "leave")),
    "a join at no time": ([join(None), leave(9, joined=2)], stay(2, "leave", 9, "leave")),
    "only aborted": ([abort(9)], None),
    "only tracks": ([track(3)], None),
    "nothing dated": ([join(None), leave(None)], None),
    "nobody's name": ([join(0, identity=None)], None),
    "a machine": ([join(0, is_attendee=False, identity=None), leave(60, is_attendee=False, identity=None)], None),
    "a machine, as one of two says": ([join(0), leave(60, is_attendee=False, identity=None)], None),
}


@pytest.mark.parametrize("case", CASES)
def test_a_stay_is_what_was_told_of_one_participant(case):
    deliveries, expected = CASES[case]

    assert fold_stays(deliveries) == ({} if expected is None else {"PA_1": expected})
    assert fold_stays(deliveries[::-1] * 2) == fold_stays(deliveries)


def test_each_sid_is_a_stay_of_its_own_also_of_one_person():
    stays = fold_stays([join(0, sid="PA_1"), join(20, sid="PA_2"), leave(40, sid="PA_1"), leave(60, sid="PA_2")])

    assert {sid: (one.identity, one.joined_at, one.left_at) for sid, one in stays.items()} == {
        "PA_1": ("u1", at(0), at(40)),
        "PA_2": ("u1", at(20), at(60)),
    }


def test_who_somebody_is_does_not_depend_on_the_order():
    deliveries = [
        join(5, identity="u2", room_sid="RM_2"),
        join(3, identity="u1", room_sid="RM_1"),
        leave(9, identity="u3"),
    ]

    assert fold_stays(deliveries) == fold_stays(deliveries[::-1])
    assert fold_stays(deliveries)["PA_1"].identity == "u1"


minutes = st.integers(min_value=-20_000, max_value=20_000)
stays_lived = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300), st.booleans(), st.booleans()), max_size=8)
anything_told = st.lists(
    st.builds(
        lambda make, minute, sid, joined: make(minute, sid=f"PA_{sid}", joined=joined),
        st.sampled_from([join, leave, abort, track]),
        st.none() | minutes,
        st.integers(1, 3),
        st.none() | minutes,
    ),
    max_size=12,
)


@given(anything_told, st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_matters(deliveries, dice):
    again = [one for one in deliveries for _ in range(dice.randint(1, 3))]
    dice.shuffle(again)

    assert fold_stays(again) == fold_stays(deliveries)


@given(anything_told)
def test_a_stay_never_ends_before_it_begins_nor_was_heard_of_before(deliveries):
    for one in fold_stays(deliveries).values():
        assert (one.left_at is None) == (one.left_by is None)
        assert one.joined_at <= one.seen_at <= one.joined_at + LONGEST_STAY
        assert one.left_at is None or one.joined_at <= one.left_at <= one.joined_at + LONGEST_STAY


@given(stays_lived, st.integers(0, 2**32))
def test_what_people_lived_is_what_is_folded(lived, seed):
    """Whoever comes and goes is there from then till then, if at least one of join and leave arrives."""
    deliveries, expected = [], {}
    for number, (start, length, has_join, has_leave) in enumerate(lived):
        sid = f"PA_{number}"
        end = start + length
        if has_join:
            deliveries.append(join(start, sid=sid))
        if has_leave:
            deliveries.append(leave(end, sid=sid, joined=start))
        if has_join or has_leave:
            expected[sid] = (at(start), at(end) if has_leave else None)
    random.Random(seed).shuffle(deliveries)  # noqa: S311 -- a shuffle hides nothing

    assert {sid: (one.joined_at, one.left_at) for sid, one in fold_stays(deliveries).items()} == expected
