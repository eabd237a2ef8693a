"""How many of those who have a place will come: a range, from their own record and the organization's usual rate.

Everybody comes with a chance of their own: the share of their outcomes here that were "attended", drawn towards the
usual rate as if they had `WEIGHT` more outcomes at that rate. The number of those who come is a sum of nearly
independent yes and no, so a normal distribution fits it; the exact one takes steps by the square of the people and
differs by less than one person from 20 people on (`tests/domain/events/test_forecast.py` holds both beside each other).
Why it is so: docs/decisions/108-how-many-will-come.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt

#: The share of ranges that should hold: four of five.
PROMISE = 0.8
#: Standard deviations on each side that hold it.
_WIDTH = 1.2816
#: A person's own record counts as much as the usual rate once it has so many outcomes.
WEIGHT = 4
#: The usual rate is that of the organization's last events.
LAST_EVENTS = 50
#: Below these nothing is said.
LEAST_EVENTS, LEAST_OUTCOMES = 5, 30
#: Events differ from each other, whatever many of them say together: the rate of the next one is never better known
#: than from so many outcomes.
_MOST_KNOWN = 60


@dataclass(frozen=True, slots=True)
class BaseRate:
    """Outcomes of an organization's last events; what nobody knows (undecided) is no outcome."""

    events: int = 0
    attended: int = 0
    decided: int = 0

    @property
    def says_enough(self) -> bool:
        return self.events >= LEAST_EVENTS and self.decided >= LEAST_OUTCOMES

    @property
    def share(self) -> float:
        """From 0 to 1, and neither of both: what always happened may stop."""
        return (self.attended + 1) / (self.decided + 2)


@dataclass(frozen=True, slots=True)
class Record:
    """So many people with a place have the same record here: `attended` of `decided` outcomes."""

    attended: int
    decided: int
    people: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """From `low` to `high` of `people` will come, both included."""

    low: int
    high: int
    people: int
    expected: float


def forecast(records: Iterable[Record], base: BaseRate) -> Forecast | None:
    """The range that should hold four times out of five; None where too little is known, or nobody has a place."""
    groups = [record for record in records if record.people]
    people = sum(record.people for record in groups)
    if not people or not base.says_enough:
        return None
    expected = sum(record.people * chance(record, base) for record in groups)
    spread = _WIDTH * sqrt(_variance(groups, base))
    # There always is a whole number between: with a mean of f beyond a whole number the variance is at least
    # f (1 - f), and its root is not shorter than the way to the nearest one.
    low, high = ceil(expected - spread), floor(expected + spread)
    return Forecast(max(low, 0), min(high, people), people, expected)


def chance(record: Record, base: BaseRate) -> float:
    """That one of these people comes."""
    return (record.attended + WEIGHT * base.share) / (record.decided + WEIGHT)


def _variance(groups: Sequence[Record], base: BaseRate) -> float:
    """Of the yes and no of each, and of the usual rate, which moves all of them together."""
    each = sum(group.people * (own := chance(group, base)) * (1 - own) for group in groups)
    pull = sum(group.people * WEIGHT / (group.decided + WEIGHT) for group in groups)
    usual = base.share * (1 - base.share) / min(base.decided, _MOST_KNOWN)
    return each + pull**2 * usual


@dataclass(frozen=True, slots=True)
class PastForecast:
    """What was said of an event when it started, and how many of those people came."""

    low: int
    high: int
    people: int
    came: int


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How often the ranges of events of one size held. `most` places (None: any number more)."""

    least: int
    most: int | None
    forecasts: int
    right: int
    fewer: int
    more: int


#: Sizes of events by people with a place, as the table of past forecasts shows them.
SIZES: tuple[tuple[int, int | None], ...] = ((1, 20), (21, 60), (61, None))


def accuracy_of(past: Iterable[PastForecast]) -> list[Accuracy]:
    """A line for each size, and one for all of them at the end."""
    known = list(past)
    lines = [_accuracy([one for one in known if _fits(one, size)], size) for size in SIZES]
    return [*lines, _accuracy(known, (1, None))]


def _fits(one: PastForecast, size: tuple[int, int | None]) -> bool:
    return one.people >= size[0] and (size[1] is None or one.people <= size[1])


def _accuracy(past: Sequence[PastForecast], size: tuple[int, int | None]) -> Accuracy:
    fewer = sum(one.came < one.low for one in past)
    more = sum(one.came > one.high for one in past)
    return Accuracy(*size, len(past), len(past) - fewer - more, fewer, more)
