"""Planning online sessions: their times on the clocks of the event, their rooms, their state, and who may join when."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from webapp.domain.online.meeting_session import (
    MAY_JOIN,
    Repeat,
    SessionDraft,
    SessionState,
    is_open,
    repeat_times,
    require_changeable,
    require_may_join,
    require_room_name,
    require_session_times,
    state_of,
    was_silent,
)
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused

BERLIN = "Europe/Berlin"
START = datetime(2026, 6, 13, 10, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVENT = SimpleNamespace(
    starts_at=START, ends_at=START + 2 * DAY, effective_end_at=START + 2 * DAY, timezone=BERLIN
)  # Saturday 12:00 to Monday 12:00 in Berlin


def session(**changes) -> SimpleNamespace:
    values = {
        "starts_at": START,
        "ends_at": START + HOUR,
        "cancelled_at": None,
        "calculated_at": None,
        "calculation_error": None,
    }
    return SimpleNamespace(**{**values, **changes})


def code_of(ask, *args, **kwargs) -> str | None:
    try:
        ask(*args, **kwargs)
    except Refused as refused:
        return refused.code
    return None


@pytest.mark.parametrize(
    ("starts", "ends", "code"),
    [
        (START, START + HOUR, None),
        (START, START, "session_end_not_after_start"),
        (START, START - SECOND, "session_end_not_after_start"),
        (START, START + 12 * HOUR, None),
        (START, START + 12 * HOUR + SECOND, "session_too_long"),
        (START, START + 366 * DAY, "session_too_long"),
        (START - 12 * HOUR, START - 11 * HOUR, None),  # 00:00 of the first day in Berlin
        (START - 12 * HOUR - SECOND, START - 11 * HOUR, "session_outside_event"),
        (EVENT.ends_at, EVENT.ends_at + HOUR, None),
        (EVENT.ends_at, EVENT.ends_at + HOUR + SECOND, "session_outside_event"),
    ],
)
def test_a_session_lies_within_the_days_of_its_event(starts, ends, code):
    draft = SessionDraft("Talk", "event", starts, ends)
    assert code_of(require_session_times, draft, EVENT) == code


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("", ""),
        ("  ", ""),
        ("studio", "studio"),
        (" Studio-2_b.1 ", "Studio-2_b.1"),
        ("x" * 100, "x" * 100),
    ],
)
def test_a_room_has_a_plain_name_or_none(typed, name):
    assert require_room_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        *(
            (text, "room_name_invalid")
            for text in (
                "a b",
                "x" * 101,
                "-a",
                ".",
                "raum/2",
                "räume",
                "a\0b",
                "<script>",
                "a\r\nb",
                "١",
                "\u202estudio",
                "{room}",
            )
        ),
        ("session-1", "room_name_reserved"),
        ("session-00", "room_name_reserved"),
    ],
)
def test_any_other_name_is_refused(typed, code):
    assert code_of(require_room_name, typed) == code


def test_a_series_keeps_the_time_on_the_wall_when_the_clocks_are_moved():
    first = datetime(2026, 3, 27, 17, tzinfo=UTC)  # 18:00 in Berlin, two nights before summer time
    days = tuple(date(2026, 3, 27) + timedelta(days=n) for n in range(4))

    times, twice = repeat_times(first, first + HOUR, repeat=Repeat.DAILY, count=1, days=days, timezone=BERLIN)

    assert [f"{starts:%d %H:%M}" for starts, _ in times] == ["27 17:00", "28 17:00", "29 16:00", "30 16:00"]
    assert {ends - starts for starts, ends in times} == {HOUR}
    assert twice == set()


def test_a_weekly_series_has_as_many_sessions_as_asked_for_and_may_cross_midnight():
    first = datetime(2026, 10, 17, 21, 30, tzinfo=UTC)  # 23:30 in Berlin

    times, _ = repeat_times(first, first + 2 * HOUR, repeat=Repeat.WEEKLY, count=3, days=(), timezone=BERLIN)

    assert [f"{starts:%d %b %H:%M} {ends:%d %H:%M}" for starts, ends in times] == [
        "17 Oct 21:30 17 23:30",
        "24 Oct 21:30 24 23:30",
        "31 Oct 22:30 01 00:30",
    ]


def test_a_time_that_the_clocks_skip_is_refused_and_one_they_show_twice_is_the_first_and_said():
    first = datetime(2026, 3, 22, 1, 30, tzinfo=UTC)  # 02:30 in Berlin
    with pytest.raises(Refused) as refused:
        repeat_times(first, first + HOUR, repeat=Repeat.WEEKLY, count=2, days=(), timezone=BERLIN)
    assert (refused.value.code, f"{refused.value.facts['meant']:%H:%M}") == ("time_skipped", "03:30")

    first = datetime(2026, 10, 18, 0, 30, tzinfo=UTC)
    times, twice = repeat_times(first, first + 3 * HOUR, repeat=Repeat.WEEKLY, count=2, days=(), timezone=BERLIN)
    assert [f"{starts:%d %H:%M}" for starts, _ in times] == ["18 00:30", "25 00:30"]
    assert twice == {times[1][0]}


def test_more_than_sixty_at_once_are_refused():
    days = tuple(date(2026, 6, 1) + timedelta(days=n) for n in range(61))
    first = datetime(2026, 6, 1, 10, tzinfo=UTC)
    ask = {"repeat": Repeat.DAILY, "count": 1, "timezone": BERLIN}
    assert code_of(repeat_times, first, first + HOUR, days=days, **ask) == "series_too_long"
    assert len(repeat_times(first, first + HOUR, days=days[:60], **ask)[0]) == 60


@pytest.mark.parametrize(
    ("changes", "now", "state"),
    [
        ({}, START - SECOND, SessionState.PLANNED),
        ({}, START, SessionState.RUNNING),
        ({}, START + HOUR - SECOND, SessionState.RUNNING),
        ({}, START + HOUR, SessionState.ENDED),
        ({"calculated_at": START + 2 * HOUR}, START + 3 * HOUR, SessionState.CALCULATED),
        ({"calculation_error": "boom"}, START + 3 * HOUR, SessionState.FAILED),
        ({"cancelled_at": START - DAY}, START, SessionState.CANCELLED),
    ],
)
def test_the_state_follows_from_the_row_and_the_time(changes, now, state):
    assert state_of(session(**changes), is_called_off=False, needs_review=0, now=now) is state


def test_somebody_to_decide_about_is_a_state_and_a_called_off_event_has_no_session():
    calculated = session(calculated_at=START + 2 * HOUR)
    later = START + 3 * HOUR
    assert state_of(calculated, is_called_off=False, needs_review=1, now=later) is SessionState.NEEDS_REVIEW
    assert state_of(calculated, is_called_off=True, needs_review=1, now=later) is SessionState.CANCELLED


def test_only_what_has_not_begun_can_be_changed():
    assert code_of(require_changeable, session(), START - SECOND) is None
    assert code_of(require_changeable, session(), START) == "session_started"
    assert code_of(require_changeable, session(cancelled_at=START - DAY), START - DAY) == "session_cancelled"


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (START - 15 * MINUTE - SECOND, "session_not_open"),
        (START - 15 * MINUTE, None),
        (START, None),
        (START + HOUR - SECOND, None),
        (START + HOUR, "session_over"),
    ],
)
def test_the_doors_open_fifteen_minutes_before_and_close_with_the_end(now, code):
    assert code_of(require_may_join, session(), has_place=True, is_host=False, is_on=True, now=now) == code
    assert is_open(START, START + HOUR, now) is (code is None)


def test_only_who_has_a_place_or_holds_the_session_may_join():
    ask = {"has_place": False, "is_on": True, "now": START}
    assert code_of(require_may_join, session(), is_host=False, **ask) == "not_enrolled"
    assert code_of(require_may_join, session(), is_host=True, **ask) is None
    assert code_of(require_may_join, session(), is_host=True, **{**ask, "now": START + HOUR}) == "session_over"
    assert sorted(MAY_JOIN) == [S.CHECKED_IN, S.CONFIRMED]


@pytest.mark.parametrize(("changes", "is_on"), [({"cancelled_at": START}, True), ({}, False)])
def test_nobody_joins_what_does_not_take_place(changes, is_on):
    ask = {"has_place": True, "is_host": True, "is_on": is_on, "now": START}
    assert code_of(require_may_join, session(**changes), **ask) == "session_cancelled"


@pytest.mark.parametrize(
    ("last", "silent"),
    [
        (None, True),
        (START - DAY, True),
        (START - 15 * MINUTE - SECOND, True),
        (START - 15 * MINUTE, False),
        (START + HOUR - SECOND, False),
    ],
)
def test_a_room_of_which_nothing_was_told_since_the_doors_opened_was_silent(last, silent):
    assert was_silent(last, START) is silent
