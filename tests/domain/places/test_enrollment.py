"""The life of an enrollment: the whole table of moves, and who gets a seat when."""

from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product
from types import SimpleNamespace

import pytest

from tests.support.refusals import No, no, refusal_of
from tests.support.worlds.terms import terms_of
from webapp.domain.places.access import WhoMay
from webapp.domain.places.domain_event import DomainEvent, event_of_move
from webapp.domain.places.enrollment import (
    EnrollmentMethod,
    EnrollmentTerms,
    TransitionKind,
    can_take_seat,
    enrollment_closes_at,
    place_newcomer,
    require_legal,
    require_open,
    require_seat_to_take,
)
from webapp.domain.places.enrollment import EnrollmentStatus as S

START = datetime(2026, 6, 13, 16, 0, tzinfo=UTC)
END = START + timedelta(hours=2)
INSTANT, DAY = timedelta(microseconds=1), timedelta(days=1)
OPENS, CLOSES = START - timedelta(days=2), START - timedelta(days=1)

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


terms = partial(terms_of, START)


def place(
    *,
    capacity: int | None,
    taken: int,
    waiting: int,
    has_waitlist: bool = True,
    now: datetime = START - INSTANT,
    **more,
) -> S | No | None:
    """The status, or the refusal."""
    given = {"capacity": capacity, "taken": taken, "waiting": waiting, "now": now, **more}
    event = terms(has_waitlist=has_waitlist)
    refusal = refusal_of(place_newcomer, event, **given)
    return refusal or place_newcomer(event, **given)


def test_the_matrix_names_every_pair_of_statuses():
    assert set(allowed()) == set(product([None, *S], S))


@pytest.mark.parametrize("kind", TransitionKind)
def test_exactly_the_moves_of_the_matrix_are_legal(kind):
    legal = {pair for pair in allowed() if refusal_of(require_legal, *pair, kind) is None}

    assert legal == {pair for pair, letters in allowed().items() if kind in {LETTER[c] for c in letters if c != "-"}}


def test_an_illegal_move_names_both_ends():
    assert refusal_of(require_legal, S.CANCELLED, S.CONFIRMED, TransitionKind.MOVE) == no(
        "illegal_move", from_status=S.CANCELLED, to_status=S.CONFIRMED
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
        (1, 1, 0, False, no("event_full", capacity=1)),
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
    assert place(capacity=2, taken=1, waiting=1, has_waitlist=False) == no("event_full", capacity=2)


@pytest.mark.parametrize(
    ("taken", "waiting", "now", "expected"),
    [
        (1, 3, START - INSTANT, S.WAITLISTED),
        (1, 3, START, S.CONFIRMED),
        (2, 3, START - INSTANT, S.WAITLISTED),
        (2, 3, START, no("event_full", capacity=2)),
    ],
)
def test_the_waitlist_ends_with_the_start(taken, waiting, now, expected):
    assert place(capacity=2, taken=taken, waiting=waiting, now=now) == expected


@pytest.mark.parametrize(
    ("taken", "has_waitlist", "stands_by", "expected"),
    [
        (2, True, True, S.WAITLISTED),
        (2, True, False, no("event_full", capacity=2)),
        (2, False, True, no("event_full", capacity=2)),
        (1, True, True, S.CONFIRMED),
    ],
)
def test_after_the_start_only_who_is_at_the_door_joins_the_line(taken, has_waitlist, stands_by, expected):
    given = {"capacity": 2, "waiting": 3, "taken": taken, "now": START}
    assert place(has_waitlist=has_waitlist, stands_by=stands_by, **given) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (OPENS - DAY, no("not_open_yet", opens_at=OPENS)),
        (OPENS - INSTANT, no("not_open_yet", opens_at=OPENS)),
        (OPENS, None),
        (CLOSES - INSTANT, None),
        (CLOSES, no("enrollment_closed", closes_at=CLOSES)),
    ],
)
def test_the_window_takes_in_its_first_instant_and_leaves_out_its_last(now, expected):
    assert refusal_of(require_open, terms(opens_at=OPENS, closes_at=CLOSES), now) == expected


@pytest.mark.parametrize(
    ("closes_at", "expected"),
    [(None, START), (START - INSTANT, START - INSTANT), (START + INSTANT, START + INSTANT), (END + INSTANT, END)],
)
def test_enrollment_closes_with_its_own_time_else_the_start_never_after_the_end(closes_at, expected):
    assert enrollment_closes_at(terms(closes_at=closes_at)) == expected


@pytest.mark.parametrize(
    ("now", "expected"), [(START - INSTANT, None), (START, no("enrollment_closed", closes_at=START))]
)
def test_without_a_window_enrollment_runs_until_the_start(now, expected):
    assert refusal_of(require_open, terms(), now) == expected


@pytest.mark.parametrize("status", ["draft", "completed", "cancelled"])
def test_only_a_published_event_takes_people(status):
    assert refusal_of(require_open, terms(event_status=status), START - INSTANT) == no("event_not_published")


TO_THE_END = {"closes_at": END}


@pytest.mark.parametrize(
    ("changes", "capacity", "taken", "now", "refusal"),
    [
        (TO_THE_END, 2, 1, START, None),
        (TO_THE_END, 2, 1, END - INSTANT, None),
        (TO_THE_END, None, 900, START, None),
        (TO_THE_END, 2, 2, START, no("event_full", capacity=2)),
        (TO_THE_END, 2, 3, START, no("event_full", capacity=2)),
        (TO_THE_END, 2, 1, START - INSTANT, no("still_in_line")),
        (TO_THE_END, 2, 1, END, no("enrollment_closed", closes_at=END)),
        ({}, 2, 1, START, no("enrollment_closed", closes_at=START)),
        ({**TO_THE_END, "event_status": "cancelled"}, 2, 1, START, no("event_not_published")),
    ],
)
def test_after_the_start_a_free_seat_is_taken_by_pressing_while_enrollment_is_open(
    changes, capacity, taken, now, refusal
):
    given = {"capacity": capacity, "taken": taken, "now": now}
    assert refusal_of(require_seat_to_take, terms(**changes), **given) == refusal
    assert can_take_seat(terms(**changes), **given) is (refusal is None)


def test_the_terms_are_those_of_event_and_policy():
    given = {
        "list_opens_at": START,
        "has_waitlist": False,
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "starts_at": START,
        "effective_end_at": END,
    }
    row = SimpleNamespace(method="application", who_may="list", **given)
    terms = EnrollmentTerms("draft", EnrollmentMethod.APPLICATION, who_may=WhoMay.LIST, **given)
    assert EnrollmentTerms.of(row, "draft") == terms
