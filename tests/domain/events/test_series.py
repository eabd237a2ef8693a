"""Dates of a series: the same time on the clocks, and what is left out."""

from datetime import UTC, date, datetime

import pytest

from tests.domain.events.test_copying import local, stored
from webapp.adapters.recurrence import dates_of
from webapp.domain.events.series import (
    FURTHEST,
    MOST_DATES,
    Skip,
    chosen_starts,
    plan_dates,
    require_end,
    require_room,
    start_on,
)
from webapp.domain.recurrence import parse_rule
from webapp.domain.refusal import Refused

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def planned(dates, *, there=(), closed=None, now=NOW, event="2026-03-19T19:00", until="2026-03-19T22:00"):
    one = stored(local(event), local(until))
    return plan_dates(one, dates, there=there, closed=closed or {}, now=now)


@pytest.mark.parametrize(
    ("event", "on", "starts_at"),
    [
        # The clocks go forward on 29 March 2026, and back on 25 October.
        ("2026-03-19T19:00", date(2026, 4, 2), "2026-04-02T19:00"),
        ("2026-10-22T19:00", date(2026, 11, 5), "2026-11-05T19:00"),
        # A time that the clocks skip is an hour later, of one that comes twice it is the first.
        ("2026-03-22T02:30", date(2026, 3, 29), "2026-03-29T03:30"),
        ("2026-10-18T02:30", date(2026, 10, 25), "2026-10-25T02:30"),
    ],
)
def test_a_date_starts_at_the_same_time_on_the_clocks(event, on, starts_at):
    assert start_on(stored(local(event)), on) == local(starts_at)


def test_after_a_skipped_hour_the_usual_time_is_back():
    one = stored(local("2026-03-22T02:30"))
    assert start_on(one, date(2026, 4, 5)) == local("2026-04-05T02:30")
    # The first of a time that came twice, and the second: both are at that time.
    twice = stored(local("2026-10-25T02:30", fold=1))
    assert start_on(twice, date(2026, 11, 1)) == local("2026-11-01T02:30")


def test_dates_end_as_late_as_the_event_does():
    (winter,) = planned([date(2026, 11, 5)])
    assert (winter.starts_at, winter.ends_at) == (local("2026-11-05T19:00"), local("2026-11-05T22:00"))


def test_what_is_there_past_or_a_day_off_is_left_out():
    dates = [date(2026, 2, 26), date(2026, 3, 19), date(2026, 3, 26), date(2026, 4, 2)]
    found = planned(dates, there=[local("2026-03-19T19:00")], closed={dates[2]: "Stocktaking"})
    assert [one.skip for one in found] == [Skip.PAST, Skip.THERE, Skip.DAY_OFF, None]
    assert [one.why for one in found] == ["", "", "Stocktaking", ""]
    # A date of another hour on that day is that date, moved.
    assert planned(dates[1:2], there=[local("2026-03-19T17:00")])[0].skip is Skip.THERE


def test_days_off_can_be_chosen_and_what_passed_or_is_there_cannot():
    dates = [date(2026, 2, 26), date(2026, 3, 19), date(2026, 3, 26), date(2026, 4, 2)]
    found = planned(dates, there=[local("2026-03-19T19:00")], closed={dates[2]: "Stocktaking"})
    assert chosen_starts(found, set(dates)) == [local("2026-03-26T19:00"), local("2026-04-02T19:00")]
    assert chosen_starts(found, {dates[3], date(2030, 1, 1)}) == [local("2026-04-02T19:00")]
    for nothing in (set(), set(dates[:2])):
        with pytest.raises(Refused, match="no_dates"):
            chosen_starts(found, nothing)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("FREQ=WEEKLY", "series_needs_end"),
        ("FREQ=DAILY;COUNT=201", "too_many_sessions"),
        ("FREQ=DAILY;COUNT=200", None),
        ("FREQ=DAILY;UNTIL=20991231", None),
    ],
)
def test_a_rule_ends(rule, code):
    if code is None:
        require_end(parse_rule(rule))
        return
    with pytest.raises(Refused, match=code):
        require_end(parse_rule(rule))


def test_a_million_dates_are_refused_before_any_is_reckoned():
    with pytest.raises(Refused, match="too_many_sessions"):
        parse_rule("FREQ=DAILY;COUNT=1000000")
    first = date(2026, 3, 19)
    with pytest.raises(Refused, match="too_many_sessions"):
        dates_of(parse_rule("FREQ=DAILY;UNTIL=20991231"), starts_on=first, ends_on=first + FURTHEST, most=MOST_DATES)


def test_a_series_has_so_many_dates_at_most():
    require_room(MOST_DATES - 1, 1)
    with pytest.raises(Refused, match="too_many_dates") as refused:
        require_room(MOST_DATES, 1)
    assert refused.value.facts == {"most": MOST_DATES, "left": 0}
