"""What marks come to: rates, how much somebody may still miss, and what staff should look at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

from webapp.domain.classes.roll_call import ABSENT
from webapp.domain.classes.roll_call import RollCallStatus as R

#: From so many unexcused absences on, staff are told ...
MANY_UNEXCUSED = 3
#: ... and of so many absences in a row, ...
IN_A_ROW = 2
#: ... and of somebody who was in none of the first so many sessions.
NEVER_AFTER = 2
#: Sessions without marks are told of for so many days.
REMINDED_DAYS = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """One person in one session: what was said, if anything. `is_due`: it has begun, so something should be."""

    status: R | None
    minutes: int
    scheduled: int
    is_due: bool = True

    @property
    def credit(self) -> Fraction:
        """How much of the session they attended: present 1, partial its minutes of the scheduled, absent 0."""
        if self.status is R.PRESENT:
            return Fraction(1)
        return Fraction(self.minutes, self.scheduled) if self.status is R.PARTIAL else Fraction(0)


@dataclass(frozen=True, slots=True)
class Tally:
    """Marks in numbers. `expected` is everybody who should have one, `credit` the sum of their shares."""

    expected: int = 0
    present: int = 0
    partial: int = 0
    excused: int = 0
    unexcused: int = 0
    minutes: int = 0
    credit: Fraction = field(default=Fraction(0))

    @property
    def marked(self) -> int:
        return self.present + self.partial + self.excused + self.unexcused

    @property
    def unmarked(self) -> int:
        return self.expected - self.marked

    @property
    def rate(self) -> Fraction | None:
        """The attended share of what is marked, from 0 to 1; None where nothing is."""
        return self.credit / self.marked if self.marked else None

    @property
    def percent(self) -> str | None:
        """The rate with one decimal, such as 87.5; rounded down, so that 100.0 is everything."""
        return None if self.rate is None else one_decimal(self.rate * 100)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.expected + other.expected,
            self.present + other.present,
            self.partial + other.partial,
            self.excused + other.excused,
            self.unexcused + other.unexcused,
            self.minutes + other.minutes,
            self.credit + other.credit,
        )


def tally_of(cells: Iterable[Cell]) -> Tally:
    """Cells in numbers. A session that has not begun is expected only where it is marked."""
    counts = dict.fromkeys(R, 0)
    expected = minutes = 0
    whole, parts = 0, Fraction(0)
    for cell in cells:
        if cell.status is None:
            expected += cell.is_due
            continue
        expected += 1
        counts[cell.status] += 1
        minutes += cell.minutes
        if cell.status is R.PRESENT:
            whole += 1
        elif cell.status is R.PARTIAL:
            parts += cell.credit
    return Tally(
        expected,
        counts[R.PRESENT],
        counts[R.PARTIAL],
        counts[R.ABSENT_EXCUSED],
        counts[R.ABSENT_UNEXCUSED],
        minutes,
        whole + parts,
    )


def tally_of_status(status: R, people: int, minutes: int, scheduled: int) -> Tally:
    """So many people with this status in one session, and their minutes together."""
    credit = {R.PRESENT: Fraction(people), R.PARTIAL: Fraction(minutes, scheduled)}.get(status, Fraction(0))
    counts = {one: people if one is status else 0 for one in R}
    return Tally(
        people,
        counts[R.PRESENT],
        counts[R.PARTIAL],
        counts[R.ABSENT_EXCUSED],
        counts[R.ABSENT_UNEXCUSED],
        minutes,
        credit,
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """Where somebody stands: `attended` of `marked` sessions, of `sessions` in all, `needed` of them required.

    `may_miss` whole sessions more; below zero the requirement is out of reach.
    """

    attended: Fraction
    marked: int
    sessions: int
    needed: int
    may_miss: int

    @property
    def is_out_of_reach(self) -> bool:
        return self.may_miss < 0

    @property
    def is_reached(self) -> bool:
        return self.attended >= self.needed

    @property
    def attended_words(self) -> str:
        """8, or 7.5."""
        return one_decimal(self.attended).removesuffix(".0")


def progress_of(tally: Tally, sessions: int, required_percent: int) -> Progress:
    """From a person's marks in numbers, and how many sessions count for them, those to come included.

    What is not marked yet can still become anything.
    """
    needed = ceil(Fraction(sessions * required_percent, 100))
    lost = tally.marked - tally.credit
    return Progress(tally.credit, tally.marked, sessions, needed, floor(sessions - needed - lost))


class Concern(StrEnum):
    """Why staff should talk to somebody."""

    NEVER_PRESENT = "never_present"
    MANY_UNEXCUSED = "many_unexcused"
    IN_A_ROW = "in_a_row"
    OUT_OF_REACH = "out_of_reach"


@dataclass(frozen=True, slots=True)
class Told:
    """One warning with its number: of sessions marked, of absences, ..."""

    concern: Concern
    number: int


def warnings_of(cells: Sequence[Cell], progress: Progress) -> tuple[Told, ...]:
    """What to tell staff of a person, from their cells in order of time; nothing where all is well."""
    marked = [cell.status for cell in cells if cell.status is not None]
    unexcused = marked.count(R.ABSENT_UNEXCUSED)
    last = next((n for n, status in enumerate(reversed(marked)) if status not in ABSENT), len(marked))
    is_never = last == len(marked) >= NEVER_AFTER
    found = [
        (is_never, Concern.NEVER_PRESENT, len(marked)),
        (unexcused >= MANY_UNEXCUSED, Concern.MANY_UNEXCUSED, unexcused),
        (last >= IN_A_ROW and not is_never, Concern.IN_A_ROW, last),
        (progress.is_out_of_reach, Concern.OUT_OF_REACH, progress.needed),
    ]
    return tuple(Told(concern, number) for holds, concern, number in found if holds)


def is_overdue(local_on: date, today: date, *, is_over: bool, unmarked: int) -> bool:
    """Whether staff are reminded of a session that somebody has no mark in; dates are the facility's."""
    return is_over and unmarked > 0 and today - timedelta(days=REMINDED_DAYS) <= local_on <= today


def one_decimal(number: Fraction) -> str:
    """With one decimal, rounded down."""
    tenths = floor(number * 10)
    return f"{tenths // 10}.{tenths % 10}"
