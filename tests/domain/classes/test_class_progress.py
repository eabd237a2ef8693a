"""What marks come to: rates, progress, warnings."""

from datetime import date
from fractions import Fraction

import pytest

from webapp.domain.classes.class_progress import (
    Cell,
    Concern,
    Tally,
    is_overdue,
    progress_of,
    tally_of,
    tally_of_status,
    warnings_of,
)
from webapp.domain.classes.roll_call import RollCallStatus as R

#: P present, H half of it, E excused, U unexcused, - not marked, . to come
LETTERS = {
    "P": Cell(R.PRESENT, 60, 60),
    "H": Cell(R.PARTIAL, 30, 60),
    "E": Cell(R.ABSENT_EXCUSED, 0, 60),
    "U": Cell(R.ABSENT_UNEXCUSED, 0, 60),
    "-": Cell(None, 0, 60),
    ".": Cell(None, 0, 60, is_due=False),
}


def cells(word: str) -> list[Cell]:
    return [LETTERS[letter] for letter in word]


@pytest.mark.parametrize(
    ("word", "expected", "attended", "percent"),
    [
        ("", 0, 0, None),
        ("..", 0, 0, None),
        ("-.", 1, 0, None),
        ("PPPP", 4, 4, "100.0"),
        ("PPHU", 4, Fraction(5, 2), "62.5"),
        ("PEU-.", 4, 1, "33.3"),
        ("PPU", 3, 2, "66.6"),
        ("UE", 2, 0, "0.0"),
    ],
)
def test_rates_are_of_what_is_marked(word: str, expected: int, attended: Fraction, percent: str | None) -> None:
    tally = tally_of(cells(word))

    assert (tally.expected, tally.credit, tally.percent) == (expected, attended, percent)
    assert tally.marked + tally.unmarked == tally.expected


def test_a_session_that_is_marked_before_it_begins_counts() -> None:
    assert tally_of([Cell(R.PRESENT, 60, 60, is_due=False)]).expected == 1


def test_people_of_one_status_in_one_session_come_to_the_same_as_one_by_one() -> None:
    one_by_one = tally_of([Cell(R.PARTIAL, 20, 60), Cell(R.PARTIAL, 25, 60), *cells("PPUEE")])
    together = sum(
        [
            tally_of_status(R.PARTIAL, 2, 45, 60),
            tally_of_status(R.PRESENT, 2, 120, 60),
            tally_of_status(R.ABSENT_UNEXCUSED, 1, 0, 60),
            tally_of_status(R.ABSENT_EXCUSED, 2, 0, 60),
        ],
        Tally(),
    )

    assert together == one_by_one


@pytest.mark.parametrize(
    ("word", "percent", "attended", "needed", "may_miss"),
    [
        ("PPPPPPPPUU.....", 80, "8", 12, 1),
        ("PPPPPPPPUUU....", 80, "8", 12, 0),
        ("PPPPPPPUUUU....", 80, "7", 12, -1),
        ("PPPPPPPPHUU....", 80, "8.5", 12, 0),
        ("PPPPPPPPHU.....", 80, "8.5", 12, 1),
        ("PP--......", 80, "2", 8, 2),
        ("..........", 75, "0", 8, 2),
        ("UUUUUUUUUU", 0, "0", 0, 0),
        ("PPPPPPPPPP", 100, "10", 10, 0),
        ("PPPPPPPPPH", 100, "9.5", 10, -1),
        ("", 80, "0", 0, 0),
    ],
)
def test_how_much_somebody_may_still_miss(word: str, percent: int, attended: str, needed: int, may_miss: int) -> None:
    found = cells(word)
    progress = progress_of(tally_of(found), len(found), percent)

    assert (progress.attended_words, progress.needed, progress.may_miss) == (attended, needed, may_miss)
    assert progress.is_out_of_reach == (may_miss < 0)


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("PPPPPPPPPP", []),
        ("U.........", []),
        ("UE........", [(Concern.NEVER_PRESENT, 2)]),
        ("UUU.......", [(Concern.NEVER_PRESENT, 3), (Concern.MANY_UNEXCUSED, 3), (Concern.OUT_OF_REACH, 8)]),
        ("PPUE......", [(Concern.IN_A_ROW, 2)]),
        ("PPU-E.....", [(Concern.IN_A_ROW, 2)]),
        ("PUPUPUPPPPPPPPPPPPPP", [(Concern.MANY_UNEXCUSED, 3)]),
        ("PUPUPP....", []),
        ("EEEPPPPPPP", [(Concern.OUT_OF_REACH, 8)]),
        ("HH........", []),
    ],
)
def test_staff_are_told_whom_to_talk_to(word: str, told: list[tuple[Concern, int]]) -> None:
    found = cells(word)

    assert [
        (one.concern, one.number) for one in warnings_of(found, progress_of(tally_of(found), len(found), 80))
    ] == told


@pytest.mark.parametrize(
    ("local_on", "is_over", "unmarked", "overdue"),
    [
        (date(2026, 6, 10), True, 1, True),
        (date(2026, 6, 7), True, 12, True),
        (date(2026, 6, 6), True, 12, False),
        (date(2026, 6, 10), False, 1, False),
        (date(2026, 6, 9), True, 0, False),
    ],
)
def test_sessions_of_the_last_three_days_without_marks_are_told_of(
    local_on: date, is_over: bool, unmarked: int, overdue: bool
) -> None:
    assert is_overdue(local_on, date(2026, 6, 10), is_over=is_over, unmarked=unmarked) is overdue
