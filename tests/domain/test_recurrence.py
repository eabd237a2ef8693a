"""Rules of sessions: what can be written, how many dates they give, and the same hour through all changes of clocks."""

import sys
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.support.refusals import no, refusal_of
from webapp.adapters.recurrence import dates_of
from webapp.domain.recurrence import Frequency as F
from webapp.domain.recurrence import (
    Recurrence,
    SessionPlan,
    parse_rule,
    require_inside,
    require_minutes,
    session_times,
)
from webapp.domain.refusal import Refused

FIRST, LAST = date(2026, 2, 3), date(2026, 12, 31)  # a Tuesday to a Thursday

INVALID = [
    "",
    " ",
    ";",
    "FREQ",
    "FREQ=",
    "FREQ=YEARLY",
    "FREQ=FORTNIGHTLY",
    "weekly",
    "FREQ=WEEKLY;FREQ=DAILY",
    "FREQ=WEEKLY;INTERVAL=0",
    "FREQ=WEEKLY;INTERVAL=-1",
    "FREQ=WEEKLY;INTERVAL=367",
    "FREQ=WEEKLY;INTERVAL=1e3",
    "FREQ=WEEKLY;COUNT=0",
    "FREQ=WEEKLY;COUNT=-4",
    "FREQ=WEEKLY;COUNT=4;UNTIL=20260301",
    "FREQ=WEEKLY;UNTIL=tomorrow",
    "FREQ=WEEKLY;UNTIL=20260230",
    "FREQ=WEEKLY;UNTIL=20260301T100000Z",
    "FREQ=WEEKLY;BYDAY=",
    "FREQ=WEEKLY;BYDAY=XX",
    "FREQ=WEEKLY;BYDAY=MO,MO",
    "FREQ=WEEKLY;BYDAY=2MO",
    "FREQ=MONTHLY;BYDAY=6MO",
    "FREQ=MONTHLY;BYDAY=0MO",
    "FREQ=MONTHLY;BYDAY=1MO,1MO",
    "FREQ=MONTHLY;BYDAY=MO,6TU",
    "FREQ=WEEKLY;BYDAY=MO,2TU",
    "FREQ=MONTHLY;BYMONTHDAY=1,32",
    "FREQ=MONTHLY;BYMONTHDAY=32",
    "FREQ=MONTHLY;BYMONTHDAY=0",
    "FREQ=MONTHLY;BYMONTHDAY=1;BYDAY=MO",
    "FREQ=MONTHLY;BYSETPOS=1",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2",
    "FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=1",
    "FREQ=DAILY;=4",
    "FREQ=DAILY;COUNT",
    "FREQ=DAILY,COUNT=4",
    "COUNT=4",
    "FREQ=DAILY;;COUNT=4",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
    "FREQ=MONTHLY;BYDAY=1MO;BYSETPOS=1",
    "FREQ=DAILY;BYDAY=MO",
    "FREQ=DAILY;BYMONTHDAY=31",
    "FREQ=WEEKLY;BYMONTH=2",
    "FREQ=WEEKLY;BYYEARDAY=366",
    "FREQ=WEEKLY;BYWEEKNO=53",
    "FREQ=WEEKLY;BYEASTER=0",
    "FREQ=WEEKLY;WKST=XX",
    "FREQ=WEEKLY\nDTSTART:20260101",
    "DTSTART:20260101T000000",
    "FREQ=WEEKLY;EXDATE=20260301",
    "x" * 10_000,
    "FREQ=WEEKLY;" * 50,
    "FREQ=W\x00EEKLY",
    "FREQ=DAILYX",
]


def dates(text: str, first: date = FIRST, last: date = LAST) -> list[date]:
    return dates_of(parse_rule(text), starts_on=first, ends_on=last)


@pytest.mark.parametrize("text", INVALID)
def test_what_is_no_rule_of_ours_is_refused(text):
    assert refusal_of(parse_rule, text) == no("rrule_invalid")


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=5",
        "FREQ=HOURLY;INTERVAL=24",
        "freq=secondly",
        "FREQ=DAILY;BYHOUR=1,2,3",
        "FREQ=DAILY;BYMINUTE=0",
        "FREQ=DAILY;BYSECOND=1",
    ],
)
def test_more_often_than_daily_is_refused(text):
    assert refusal_of(parse_rule, text) == no("rrule_too_frequent")


TOO_MANY, BEYOND = no("too_many_sessions", most=400), no("rrule_beyond_class", ends_on=LAST)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("FREQ=DAILY;COUNT=1000000", TOO_MANY),
        ("FREQ=DAILY;COUNT=401", TOO_MANY),
        ("FREQ=DAILY", None),
        ("FREQ=DAILY;COUNT=400", BEYOND),
        ("FREQ=WEEKLY;COUNT=48", None),
        ("FREQ=WEEKLY;COUNT=49", BEYOND),
        ("FREQ=WEEKLY;UNTIL=20260101", no("no_sessions")),
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31", no("no_sessions")),
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=-31", no("no_sessions")),
        ("FREQ=MONTHLY;INTERVAL=366;BYDAY=5MO", no("no_sessions")),
    ],
)
def test_a_bomb_is_refused_at_once(text, refusal):
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        assert refusal_of(dates, text) == refusal
    finally:
        sys.setprofile(None)
    assert calls < 1_000_000  # an unlimited walk makes hundreds of millions


def test_a_daily_rule_gives_four_hundred_sessions_and_not_one_more():
    assert len(dates("FREQ=DAILY", last=FIRST + timedelta(days=399))) == 400
    assert refusal_of(dates, "FREQ=DAILY", last=FIRST + timedelta(days=400)) == TOO_MANY


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FREQ=WEEKLY;BYDAY=TU,TH;COUNT=3", ["2026-02-03", "2026-02-05", "2026-02-10"]),
        ("rrule:freq=weekly;interval=2;count=3;", ["2026-02-03", "2026-02-17", "2026-03-03"]),
        ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20260216", ["2026-02-09", "2026-02-16"]),
        ("FREQ=MONTHLY;BYDAY=1TU;COUNT=3", ["2026-02-03", "2026-03-03", "2026-04-07"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2", ["2026-02-27", "2026-03-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=2", ["2026-03-31", "2026-05-31"]),
        ("FREQ=DAILY;COUNT=1", ["2026-02-03"]),
    ],
)
def test_a_rule_gives_the_dates_that_a_calendar_would(text, expected):
    assert [f"{one}" for one in dates(text)] == expected


@pytest.mark.parametrize(("seconds", "refusal"), [(34, "rrule_too_frequent"), (35, "rrule_invalid")])
def test_more_than_three_hundred_letters_are_not_read(seconds, refusal):
    text = f"FREQ=HOURLY;BYHOUR={'1' * 117};BYMINUTE={'1' * 110};BYSECOND={'1' * seconds}"
    assert len(text) == 266 + seconds
    assert refusal_of(parse_rule, f" RRULE:{text};") == no(refusal)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("FREQ=DAILY", Recurrence("FREQ=DAILY", F.DAILY, None, None)),
        (" rrule:freq=weekly;byday=mo,we; ", Recurrence("FREQ=WEEKLY;BYDAY=MO,WE", F.WEEKLY, None, None)),
        ("FREQ=DAILY;COUNT=400;;", Recurrence("FREQ=DAILY;COUNT=400", F.DAILY, 400, None)),
        (
            "FREQ=MONTHLY;UNTIL=20260301",
            Recurrence("FREQ=MONTHLY;UNTIL=20260301", F.MONTHLY, None, date(2026, 3, 1)),
        ),
        *(
            (one, Recurrence(one, F.MONTHLY, None, None))
            for one in (
                "FREQ=MONTHLY;INTERVAL=366",
                "FREQ=MONTHLY;WKST=SU;BYDAY=MO",
                "FREQ=MONTHLY;BYDAY=1MO,-1FR,TU",
                "FREQ=MONTHLY;BYDAY=5SU,-5MO",
                "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1",
                "FREQ=MONTHLY;BYMONTHDAY=1,15,-1,31,-31",
            )
        ),
    ],
)
def test_a_rule_is_read_as_what_it_says_in_one_spelling(text, rule):
    assert parse_rule(text) == rule


@pytest.mark.parametrize(
    ("zone", "at"),
    [("Europe/Berlin", time(18, 30)), ("America/New_York", time(2, 30)), ("Pacific/Kiritimati", time(0))],
)
def test_the_hour_on_the_clock_is_the_same_on_every_date_and_refused_where_the_clocks_skip_it(zone, at):
    skipped = {date(2026, 3, 8)} if zone == "America/New_York" else set()
    for on in (FIRST + timedelta(days=n) for n in range(330)):
        if on in skipped:
            with pytest.raises(Refused) as refused:
                session_times(on, at, 90, zone)
            assert (refused.value.code, f"{refused.value.facts['meant']:%H:%M}") == ("time_skipped", "03:30")
            continue
        starts_at, ends_at = session_times(on, at, 90, zone)
        local = starts_at.astimezone(ZoneInfo(zone))
        assert local.date() == on
        assert local.time() == at
        assert ends_at - starts_at == timedelta(minutes=90)


def test_half_past_two_comes_twice_and_the_first_is_meant():
    assert session_times(date(2026, 10, 25), time(2, 30), 60, "Europe/Berlin") == (
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("starts_on", "text", "minutes", "refusal"),
    [
        (FIRST, "FREQ=DAILY", 90, None),
        (LAST, "FREQ=DAILY", 90, None),
        (FIRST - timedelta(days=1), "FREQ=DAILY", 90, no("rule_before_class", starts_on=FIRST, ends_on=LAST)),
        (LAST + timedelta(days=1), "FREQ=DAILY", 90, no("rule_before_class", starts_on=FIRST, ends_on=LAST)),
        (FIRST, "FREQ=DAILY;UNTIL=20261231", 90, None),
        (FIRST, "FREQ=DAILY;UNTIL=20270101", 90, BEYOND),
        (FIRST, "FREQ=DAILY;UNTIL=99991231", 90, BEYOND),
        (FIRST, "FREQ=DAILY", 0, no("minutes_out_of_range")),
        (FIRST, "FREQ=DAILY", 1441, no("minutes_out_of_range")),
    ],
)
def test_a_plan_stays_inside_the_class(starts_on, text, minutes, refusal):
    plan = SessionPlan(parse_rule(text), starts_on, time(18), minutes, None, None)

    assert refusal_of(require_inside, plan, starts_on=FIRST, ends_on=LAST) == refusal


@pytest.mark.parametrize(
    ("minutes", "refusal"),
    [(1, None), (1440, None), (1441, no("minutes_out_of_range")), (0, no("minutes_out_of_range"))],
)
def test_a_session_lasts_a_minute_to_a_day(minutes, refusal):
    assert refusal_of(require_minutes, minutes) == refusal
