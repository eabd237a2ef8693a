"""How many will come: the range, what it takes into account, and how often it holds."""

from itertools import product
from math import comb

import pytest

from webapp.domain.events.forecast import (
    LEAST_EVENTS,
    LEAST_OUTCOMES,
    PROMISE,
    BaseRate,
    PastForecast,
    Record,
    accuracy_of,
    chance,
    forecast,
)

USUAL = BaseRate(events=50, attended=798, decided=998)
NEW = Record(0, 0, 1)


@pytest.mark.parametrize(
    ("records", "base", "low", "high"),
    [
        ([Record(0, 0, 42)], USUAL, 30, 37),
        ([Record(0, 0, 8)], USUAL, 5, 7),
        ([Record(20, 20, 42)], USUAL, 40, 42),
        ([Record(0, 20, 42)], USUAL, 3, 8),
        ([Record(20, 20, 21), Record(0, 20, 21)], USUAL, 21, 25),
        ([Record(0, 0, 1)], USUAL, 1, 1),
        ([Record(0, 0, 42)], BaseRate(5, 30, 30), 39, 42),
        ([Record(0, 0, 42)], BaseRate(5, 0, 30), 0, 3),
        ([Record(0, 0, 2000)], USUAL, 1464, 1732),
        ([Record(5, 5, 0), Record(0, 0, 8)], USUAL, 5, 7),
    ],
)
def test_the_range(records, base, low, high):
    said = forecast(records, base)

    assert said is not None
    assert (said.low, said.high, said.people) == (low, high, sum(record.people for record in records))
    assert said.low <= round(said.expected) <= said.high
    assert 0 <= said.low <= said.high <= said.people


@pytest.mark.parametrize(
    ("records", "base"),
    [
        ([], USUAL),
        ([Record(3, 4, 0)], USUAL),
        ([NEW], BaseRate(LEAST_EVENTS - 1, 400, 500)),
        ([NEW], BaseRate(LEAST_EVENTS, 20, LEAST_OUTCOMES - 1)),
        ([NEW], BaseRate()),
    ],
)
def test_nothing_is_said_of_nobody_or_from_too_little(records, base):
    assert forecast(records, base) is None


@pytest.mark.parametrize(
    ("record", "least", "most"),
    [
        (Record(0, 0, 1), 0.79, 0.81),
        (Record(4, 4, 1), 0.89, 0.91),
        (Record(0, 4, 1), 0.39, 0.41),
        (Record(400, 400, 1), 0.99, 1),
    ],
)
def test_a_short_record_is_drawn_towards_the_usual_rate(record, least, most):
    assert least < chance(record, USUAL) < most


def test_who_always_came_is_surer_than_who_is_new():
    regulars, newcomers = forecast([Record(20, 20, 42)], USUAL), forecast([Record(0, 0, 42)], USUAL)

    assert regulars.high - regulars.low < newcomers.high - newcomers.low


def test_more_outcomes_never_make_the_next_event_as_sure_as_they_are_themselves():
    few, many = (forecast([Record(0, 0, 200)], BaseRate(50, 80 * n, 100 * n)) for n in (1, 100))

    assert many.high - many.low >= 20
    assert few.high - few.low == pytest.approx(many.high - many.low, abs=2)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.5, 0.62, 0.99])
def test_there_is_a_whole_number_in_every_range_however_sure_people_are(share):
    base = BaseRate(50, round(998 * share), 998)
    for decided, people, others in product((0, 1, 40, 900), range(1, 9), range(3)):
        records = [Record(decided, decided, people), Record(0, decided, others)]
        said = forecast(records, base)
        assert 0 <= said.low <= said.high <= people + others


SHARES, SIZES = (0.5, 0.6, 0.7, 0.8, 0.9), (3, 5, 8, 12, 20, 30, 42, 60, 120)


@pytest.mark.parametrize("people", [20, 30, 42, 60, 120])
@pytest.mark.parametrize("share", SHARES)
def test_the_exact_distribution_gives_the_range_what_it_promises(people, share):
    assert PROMISE - 0.06 <= _holds(people, share) <= PROMISE + 0.08


def test_small_events_hold_as_often_on_the_average():
    """With eight people a range of whole numbers can only hold more often or less often."""
    held = [_holds(people, share) for people in SIZES for share in SHARES]

    assert sum(held) / len(held) == pytest.approx(PROMISE, abs=0.03)


def _holds(people: int, share: float) -> float:
    """How often the range holds for newcomers at a rate that is only known so well, by the exact distribution."""
    base = BaseRate(50, round(998 * share), 998)
    said = forecast([Record(0, 0, people)], base)
    return sum(_beta_binomial(n, people, base.share) for n in range(said.low, said.high + 1))


def _beta_binomial(came: int, people: int, share: float) -> float:
    """With the spread of the usual rate that the rule takes: as known from 60 outcomes."""
    a, b = share * 59, (1 - share) * 59

    def rising(start: float, steps: int) -> float:
        value = 1.0
        for step in range(steps):
            value *= (start + step) / (59 + step)
        return value

    together = 1.0
    for step in range(people - came):
        together *= (b + step) / (59 + came + step)
    return comb(people, came) * rising(a, came) * together


def test_past_ranges_are_counted_by_size():
    past = [
        PastForecast(1, 1, 1, 1),
        PastForecast(5, 8, 8, 5),
        PastForecast(5, 8, 20, 4),
        PastForecast(15, 19, 21, 18),
        PastForecast(30, 38, 42, 38),
        PastForecast(30, 38, 42, 39),
        PastForecast(50, 60, 60, 55),
        PastForecast(50, 60, 61, 55),
        PastForecast(80, 90, 100, 85),
    ]
    lines = [(one.least, one.most, one.forecasts, one.right, one.fewer, one.more) for one in accuracy_of(past)]

    assert lines == [(1, 20, 3, 2, 1, 0), (21, 60, 4, 3, 0, 1), (61, None, 2, 2, 0, 0), (1, None, 9, 7, 1, 1)]


def test_without_any_past_range_the_lines_are_empty():
    assert {one.forecasts for one in accuracy_of([])} == {0}
