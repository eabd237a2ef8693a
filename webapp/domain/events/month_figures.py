"""Months in numbers: how full, how many came, how many did not, how many answered afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from webapp.domain.event_days import local_date, to_instant

#: As many months are shown, the present one included.
MONTHS = 6


class Figure(StrEnum):
    """One small picture, by its name in addresses."""

    FILL = "places-filled"
    SHOW = "show-rate"
    NO_SHOWS = "no-shows"
    ANSWERS = "follow-up-answers"


@dataclass(frozen=True, slots=True)
class Month:
    """One month on the clocks of a zone: from the first instant of it until before `ends_at`."""

    first: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """Sums over what took place in one month. What is undecided is in none of the rates.

    `taken` of `capacity` places, where there is a limit; `attended` and `no_show` of the outcomes that are known;
    `answered` of `asked` people: those who had a place where anybody answered, or did not within the time there was.
    """

    capacity: int = 0
    taken: int = 0
    attended: int = 0
    no_show: int = 0
    had_place: int = 0
    asked: int = 0
    answered: int = 0
    #: Appeals against the no-shows of that month, and what became of them; the others are open or were overtaken.
    appeals: int = 0
    granted: int = 0
    declined: int = 0
    lapsed: int = 0

    def parts(self, figure: Figure) -> tuple[int, int]:
        """The number, and what it is a share of."""
        outcomes = self.attended + self.no_show
        return {
            Figure.FILL: (self.taken, self.capacity),
            Figure.SHOW: (self.attended, outcomes),
            Figure.NO_SHOWS: (self.no_show, outcomes),
            Figure.ANSWERS: (self.answered, self.asked),
        }[figure]

    def share(self, figure: Figure) -> float | None:
        """From 0 to 1 (more than 1 where there were more people than places); None of nothing."""
        number, of = self.parts(figure)
        return number / of if of else None


def last_months(now: datetime, timezone: str, number: int = MONTHS) -> list[Month]:
    """The present month of that zone and those before it, oldest first."""
    today = local_date(now, timezone)
    firsts: Sequence[date] = [_first(today, back) for back in range(number - 1, -2, -1)]
    edges = [to_instant(first, time(0), timezone).at for first in firsts]
    return [Month(firsts[at], edges[at], edges[at + 1]) for at in range(number)]


def _first(today: date, months_back: int) -> date:
    number = today.year * 12 + today.month - 1 - months_back
    return date(number // 12, number % 12 + 1, 1)
