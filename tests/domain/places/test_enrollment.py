"""The life of an enrollment: the whole table of moves, and every edge of time."""

from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product

import pytest

from tests.support.worlds.terms import terms_of
from webapp.domain.permission import Trigger
from webapp.domain.places.domain_event import DomainEvent, event_of_move
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.enrollment import (
    TransitionKind,
    cancellation_deadline,
    enrollment_closes_at,
    frees_everybody,
    leave_until,
    place_newcomer,
    require_cancellable,
    require_legal,
    require_open,
)
from webapp.domain.refusal import Refused

START = datetime(2026, 6, 13, 16, 0, tzinfo=UTC)
END = START + timedelta(hours=2)
INSTANT = timedelta(microseconds=1)

#: From (rows) to (columns): M move, O override, W withdrawal, R reopening. Written out on purpose, not derived.
MATRIX = """
            pending waitlisted confirmed checked_in released attended no_show undecided cancelled rejected
none        M       M          M         -          -        -        -       -         -         -
pending     -       M          M         -          -        -        -       -         M         M
waitlisted  -       -          M         -          -        -        -       -         M         -
confirmed   -       -          -         MO         M        -        M       M         M         -
checked_in  -       -          MW        -          -        M        M       M         -         -
released    -       -          M         -          -        -        M       -         M         -
attended    -       -          -         R          -        -        W       -         -         -
no_show     -       -          R         R          R        O        -       -         -         -
undecided   -       -          R         R          -        M        M       -         -         -
cancelled   -       M          -         -          -        -        -       -         -         -
rejected    -       -          -         -          -        -        -       -         -         -
"""
LETTER = {
    "M": TransitionKind.MOVE,
    "O": TransitionKind.OVERRIDE,
    "W": TransitionKind.WITHDRAWAL,
    "R": TransitionKind.REOPENING,
}


def allowed() -> dict[tuple[S | None, S], str]:
    header, *rows = MATRIX.strip().splitlines()
    cells = {}
    for row in rows:
        name, *letters = row.split()
        for target, letter in zip(header.split(), letters, strict=True):
            cells[None if name == "none" else S(name), S(target)] = letter
    return cells


def code_of(refusing, *args, **facts) -> str | None:
    """The code of the refusal, or None where there is none."""
    try:
        refusing(*args, **facts)
    except Refused as refused:
        return refused.code
    return None


terms = partial(terms_of, START)


def place(
    *, capacity: int | None, taken: int, waiting: int, has_waitlist: bool = True, now: datetime = START - INSTANT
) -> S | str:
    """The status, or the refusal's code."""
    try:
        return place_newcomer(
            terms(has_waitlist=has_waitlist), capacity=capacity, taken=taken, waiting=waiting, now=now
        )
    except Refused as refused:
        return refused.code


def test_the_matrix_names_every_pair_of_statuses():
    assert set(allowed()) == set(product([None, *S], S))


@pytest.mark.parametrize("kind", TransitionKind)
def test_exactly_the_moves_of_the_matrix_are_legal(kind):
    legal = {pair for pair in allowed() if code_of(require_legal, *pair, kind) is None}

    assert legal == {pair for pair, letters in allowed().items() if kind in {LETTER[c] for c in letters if c != "-"}}


def test_an_illegal_move_names_both_ends():
    with pytest.raises(Refused) as caught:
        require_legal(S.CANCELLED, S.CONFIRMED, TransitionKind.MOVE)

    assert (caught.value.code, caught.value.facts) == (
        "illegal_move",
        {"from_status": S.CANCELLED, "to_status": S.CONFIRMED},
    )


def test_every_legal_move_has_a_domain_event_and_corrections_have_none():
    legal = [pair for pair, letters in allowed().items() if "M" in letters]
    moves = {pair: event_of_move(*pair, TransitionKind.MOVE) for pair in legal}
    corrections = {
        event_of_move(*pair, kind)
        for pair in allowed()
        for kind in (TransitionKind.OVERRIDE, TransitionKind.WITHDRAWAL)
    }

    assert moves == {
        (None, S.PENDING): DomainEvent.ENROLLMENT_REQUESTED,
        (None, S.WAITLISTED): DomainEvent.ENROLLMENT_WAITLISTED,
        (None, S.CONFIRMED): DomainEvent.ENROLLMENT_CONFIRMED,
        (S.PENDING, S.WAITLISTED): DomainEvent.ENROLLMENT_WAITLISTED,
        (S.CANCELLED, S.WAITLISTED): DomainEvent.ENROLLMENT_WAITLISTED,
        (S.PENDING, S.CONFIRMED): DomainEvent.ENROLLMENT_CONFIRMED,
        (S.PENDING, S.CANCELLED): DomainEvent.ENROLLMENT_CANCELLED,
        (S.PENDING, S.REJECTED): DomainEvent.ENROLLMENT_REJECTED,
        (S.WAITLISTED, S.CONFIRMED): DomainEvent.ENROLLMENT_PROMOTED,
        (S.WAITLISTED, S.CANCELLED): DomainEvent.ENROLLMENT_CANCELLED,
        (S.CONFIRMED, S.CHECKED_IN): DomainEvent.PARTICIPANT_CHECKED_IN,
        (S.CONFIRMED, S.NO_SHOW): DomainEvent.PARTICIPANT_NO_SHOW,
        (S.CONFIRMED, S.CANCELLED): DomainEvent.ENROLLMENT_CANCELLED,
        (S.CONFIRMED, S.RELEASED): DomainEvent.PLACE_RELEASED,
        (S.RELEASED, S.CONFIRMED): DomainEvent.PLACE_RETURNED,
        (S.RELEASED, S.CANCELLED): DomainEvent.ENROLLMENT_CANCELLED,
        (S.RELEASED, S.NO_SHOW): DomainEvent.PARTICIPANT_NO_SHOW,
        (S.CHECKED_IN, S.CONFIRMED): DomainEvent.CHECK_IN_UNDONE,
        (S.CHECKED_IN, S.ATTENDED): DomainEvent.PARTICIPANT_ATTENDED,
        (S.CHECKED_IN, S.NO_SHOW): DomainEvent.PARTICIPANT_NO_SHOW,
        (S.CONFIRMED, S.UNDECIDED): DomainEvent.PARTICIPANT_UNDECIDED,
        (S.CHECKED_IN, S.UNDECIDED): DomainEvent.PARTICIPANT_UNDECIDED,
        (S.UNDECIDED, S.ATTENDED): DomainEvent.PARTICIPANT_ATTENDED,
        (S.UNDECIDED, S.NO_SHOW): DomainEvent.PARTICIPANT_NO_SHOW,
    }
    assert corrections == {None}


@pytest.mark.parametrize(
    ("capacity", "taken", "waiting", "has_waitlist", "expected"),
    [
        (None, 0, 0, True, S.CONFIRMED),
        (None, 100_000, 0, False, S.CONFIRMED),
        (1, 0, 0, True, S.CONFIRMED),
        (1, 0, 0, False, S.CONFIRMED),
        (1, 1, 0, True, S.WAITLISTED),
        (1, 1, 0, False, "event_full"),
        (50, 49, 0, True, S.CONFIRMED),
        (50, 50, 0, True, S.WAITLISTED),
        (50, 50, 7, True, S.WAITLISTED),
        (50, 51, 0, True, S.WAITLISTED),
    ],
)
def test_a_newcomer_gets_a_seat_or_the_end_of_the_line(capacity, taken, waiting, has_waitlist, expected):
    assert place(capacity=capacity, taken=taken, waiting=waiting, has_waitlist=has_waitlist) == expected


@pytest.mark.parametrize("capacity", [None, 2, 50])
@pytest.mark.parametrize("waiting", [1, 2, 350])
def test_a_newcomer_never_jumps_the_queue_even_with_a_free_seat(capacity, waiting):
    assert place(capacity=capacity, taken=1, waiting=waiting) == S.WAITLISTED


def test_a_queue_left_over_from_an_abolished_waitlist_still_comes_first():
    assert place(capacity=2, taken=1, waiting=1, has_waitlist=False) == "event_full"


@pytest.mark.parametrize(
    ("taken", "waiting", "now", "expected"),
    [
        (1, 3, START - INSTANT, S.WAITLISTED),
        (1, 3, START, S.CONFIRMED),
        (2, 3, START - INSTANT, S.WAITLISTED),
        (2, 3, START, "event_full"),
    ],
)
def test_the_waitlist_ends_with_the_start(taken, waiting, now, expected):
    assert place(capacity=2, taken=taken, waiting=waiting, now=now) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (START - timedelta(days=3), "not_open_yet"),
        (START - timedelta(days=2) - INSTANT, "not_open_yet"),
        (START - timedelta(days=2), None),
        (START - timedelta(days=1) - INSTANT, None),
        (START - timedelta(days=1), "enrollment_closed"),
    ],
)
def test_the_window_takes_in_its_first_instant_and_leaves_out_its_last(now, expected):
    window = terms(opens_at=START - timedelta(days=2), closes_at=START - timedelta(days=1))

    assert code_of(require_open, window, now) == expected


@pytest.mark.parametrize(
    ("closes_at", "expected"),
    [(None, START), (START - INSTANT, START - INSTANT), (START + INSTANT, START + INSTANT), (END + INSTANT, END)],
)
def test_enrollment_closes_with_its_own_time_else_the_start_never_after_the_end(closes_at, expected):
    assert enrollment_closes_at(terms(closes_at=closes_at)) == expected


@pytest.mark.parametrize(("now", "expected"), [(START - INSTANT, None), (START, "enrollment_closed")])
def test_without_a_window_enrollment_runs_until_the_start(now, expected):
    assert code_of(require_open, terms(), now) == expected


@pytest.mark.parametrize("status", ["draft", "completed", "cancelled"])
def test_only_a_published_event_takes_people(status):
    assert code_of(require_open, terms(event_status=status), START - INSTANT) == "event_not_published"


@pytest.mark.parametrize(("hours", "before"), [(None, 0), (0, 0), (24, 24), (168, 168)])
def test_the_deadline_lies_so_many_hours_before_the_start(hours, before):
    assert cancellation_deadline(START, hours) == START - timedelta(hours=before)


@pytest.mark.parametrize(
    ("status", "now", "expected"),
    [
        (S.CONFIRMED, START - timedelta(hours=24) - INSTANT, None),
        (S.CONFIRMED, START - timedelta(hours=24), "deadline_passed"),
        (S.PENDING, START - timedelta(hours=24) - INSTANT, None),
        (S.PENDING, START - timedelta(hours=24), "deadline_passed"),
        (S.WAITLISTED, START - timedelta(hours=24), None),
        (S.WAITLISTED, START - INSTANT, None),
        (S.WAITLISTED, START, "deadline_passed"),
    ],
)
def test_a_participant_cancels_before_the_deadline_and_a_waiting_one_until_the_start(status, now, expected):
    assert code_of(require_cancellable, status, by=Trigger.USER, starts_at=START, hours_before=24, now=now) == expected


DAY = timedelta(hours=24)


@pytest.mark.parametrize(
    ("status", "leaves_freely", "now", "until"),
    [
        (S.CONFIRMED, False, START - DAY - INSTANT, START - DAY),
        (S.CONFIRMED, False, START - DAY, None),
        (S.CONFIRMED, True, START - DAY, START),
        (S.CONFIRMED, True, START - INSTANT, START),
        (S.CONFIRMED, True, START, None),
        (S.PENDING, False, START - DAY, None),
        (S.PENDING, True, START - DAY, START),
        (S.WAITLISTED, False, START - INSTANT, START),
        (S.WAITLISTED, True, START, None),
        *(
            (status, True, START - 9 * DAY, None)
            for status in (S.CHECKED_IN, S.ATTENDED, S.NO_SHOW, S.CANCELLED, S.REJECTED)
        ),
    ],
)
def test_until_when_a_place_can_be_given_back_is_the_rule_of_giving_it_back(status, leaves_freely, now, until):
    terms = {"starts_at": START, "hours_before": 24, "leaves_freely": leaves_freely, "now": now}
    assert leave_until(status, **terms) == until
    assert (code_of(require_cancellable, status, by=Trigger.USER, **terms) is None) == (until is not None)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((START, None), (START, 24), True),
        ((START, 24), (START, 48), False),
        ((START, 24), (START, None), False),
        ((START + 9 * DAY, 24), (START, 24), True),
        ((START, 24), (START + timedelta(hours=1), 24), True),
        ((START, 24), (START + 9 * DAY, 24), False),
    ],
)
def test_an_edit_that_takes_the_deadline_away_lets_everybody_leave(before, after, expected):
    assert frees_everybody(before, after, START - timedelta(hours=12)) is expected


@pytest.mark.parametrize("by", [Trigger.ORGANIZER, Trigger.ADMIN, Trigger.SYSTEM])
@pytest.mark.parametrize("status", [S.PENDING, S.WAITLISTED, S.CONFIRMED])
def test_the_deadline_binds_participants_only(by, status):
    late = START + timedelta(hours=1)

    assert code_of(require_cancellable, status, by=by, starts_at=START, hours_before=24, now=late) is None


@pytest.mark.parametrize("by", Trigger)
@pytest.mark.parametrize("status", [S.CHECKED_IN, S.ATTENDED, S.NO_SHOW, S.CANCELLED, S.REJECTED])
def test_nobody_cancels_what_is_over(by, status):
    early = START - timedelta(days=9)

    assert code_of(require_cancellable, status, by=by, starts_at=START, hours_before=0, now=early) == "illegal_move"
