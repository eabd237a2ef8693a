"""Dates of a series: the same time on the clocks, and what is left out."""

from datetime import UTC, date, datetime

import pytest

from tests.domain.events.test_copying import local, stored
from tests.support.refusals import no, refusal_of
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
        assert refusal_of(chosen_starts, found, nothing) == no("no_dates")


@pytest.mark.parametrize(
    ("rule", "refusal"),
    [
        ("FREQ=WEEKLY", no("series_needs_end")),
        ("FREQ=DAILY;COUNT=201", no("too_many_sessions", most=200)),
        ("FREQ=DAILY;COUNT=200", None),
        ("FREQ=DAILY;UNTIL=20991231", None),
    ],
)
def test_a_rule_ends(rule, refusal):
    assert refusal_of(require_end, parse_rule(rule)) == refusal


def test_a_million_dates_are_refused_before_any_is_reckoned():
    assert refusal_of(parse_rule, "FREQ=DAILY;COUNT=1000000") == no("too_many_sessions", most=400)
    first, rule = date(2026, 3, 19), parse_rule("FREQ=DAILY;UNTIL=20991231")
    reckoned = refusal_of(dates_of, rule, starts_on=first, ends_on=first + FURTHEST, most=MOST_DATES)
    assert reckoned == no("too_many_sessions", most=200)


@pytest.mark.parametrize(
    ("dates", "more", "refusal"),
    [
        (199, 1, None),
        (0, 200, None),
        (200, 0, None),
        (200, 1, no("too_many_dates", most=200, left=0)),
        (190, 11, no("too_many_dates", most=200, left=10)),
        (0, 201, no("too_many_dates", most=200, left=200)),
        # More were there before the limit was.
        (210, 1, no("too_many_dates", most=200, left=0)),
    ],
)
def test_a_series_has_so_many_dates_at_most(dates, more, refusal):
    assert refusal_of(require_room, dates, more) == refusal


@pytest.mark.parametrize(
    ("now", "skip"), [("2026-03-26T18:59", None), ("2026-03-26T19:00", Skip.PAST), ("2026-03-26T19:01", Skip.PAST)]
)
def test_a_date_has_passed_once_it_has_begun(now, skip):
    assert planned([date(2026, 3, 26)], now=local(now))[0].skip is skip


def test_a_day_off_says_why_only_where_that_is_why_it_is_left_out():
    day = date(2026, 3, 26)
    there = planned([day], there=[local("2026-03-26T19:00")], closed={day: "Stocktaking"})
    assert (there[0].skip, there[0].why) == (Skip.THERE, "")
    passed = planned([day], now=local("2026-04-01T12:00"), closed={day: "Stocktaking"})
    assert (passed[0].skip, passed[0].why) == (Skip.PAST, "")
