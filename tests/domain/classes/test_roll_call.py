"""Roll call as rules: who may be marked, what a mark comes to, how a time is read."""

from datetime import UTC, date, datetime

import pytest

from webapp.domain.classes.program_class import ClassStatus as C
from webapp.domain.classes.roll_call import (
    NOTHING,
    AbsenceCategory,
    Line,
    Mark,
    Place,
    RollCallStatus,
    Scheduled,
    day_bounds,
    had_place,
    line_of,
    make_mark,
    places_of,
    prefilled,
    read_clock,
    require_roll_call,
)
from webapp.domain.refusal import Refused

R = RollCallStatus
BERLIN, HONOLULU, KIRITIMATI = "Europe/Berlin", "Pacific/Honolulu", "Pacific/Kiritimati"
DAY = date(2026, 6, 10)


def at(hour: int, minute: int = 0, day: int = 10) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC)


#: From 18:00 to 19:30 in Berlin.
EVENING = Scheduled(at(16), at(17, 30))


@pytest.mark.parametrize(
    ("status", "is_cancelled", "local_on", "refused"),
    [
        (C.ACTIVE, False, DAY, None),
        (C.PAUSED, False, DAY, None),
        (C.ACTIVE, False, date(2026, 6, 9), None),
        (C.ACTIVE, False, date(2026, 6, 11), "session_in_future"),
        (C.ACTIVE, True, DAY, "session_cancelled"),
        (C.ACTIVE, True, date(2026, 6, 11), "session_cancelled"),
        (C.SCHEDULED, False, DAY, "roll_call_not_begun"),
        (C.COMPLETED, False, DAY, "class_frozen"),
        (C.CANCELLED, False, DAY, "class_frozen"),
    ],
)
def test_who_may_be_marked_when(status: C, is_cancelled: bool, local_on: date, refused: str | None) -> None:
    assert code_of(require_roll_call, status, is_cancelled=is_cancelled, local_on=local_on, today=DAY) == refused


@pytest.mark.parametrize(
    ("status", "in_at", "out_at", "minutes"),
    [
        (R.PRESENT, None, None, 90),
        (R.PRESENT, at(16, 10), None, 80),
        (R.PRESENT, at(16), at(17), 60),
        (R.PRESENT, at(15), at(19), 90),
        (R.ABSENT_EXCUSED, None, None, 0),
        (R.ABSENT_UNEXCUSED, at(16), at(17), 0),
        (R.PARTIAL, at(16, 10), None, 80),
        (R.PARTIAL, None, at(16, 20), 20),
        (R.PARTIAL, at(16, 10), at(16, 40), 30),
        (R.PARTIAL, at(15), at(16, 5), 5),
        (R.PARTIAL, at(15), at(19), 90),
        (R.PARTIAL, at(16, 10), at(19), 80),
        (R.PARTIAL, at(16, 0), at(16, 0).replace(second=30), 1),
    ],
)
def test_minutes_are_those_of_the_session(
    status: R, in_at: datetime | None, out_at: datetime | None, minutes: int
) -> None:
    assert make_mark(status, EVENING, in_at=in_at, out_at=out_at).minutes == minutes


@pytest.mark.parametrize(
    ("status", "in_at", "out_at", "refused"),
    [
        (R.PARTIAL, at(17), at(16), "out_not_after_in"),
        (R.PARTIAL, at(17), at(17), "out_not_after_in"),
        (R.PRESENT, at(17), at(17), "out_not_after_in"),
        (R.PARTIAL, None, None, "partial_needs_times"),
        (R.PRESENT, at(14), at(15), "times_outside_session"),
        (R.PARTIAL, at(14), at(15), "times_outside_session"),
        (R.PARTIAL, at(17, 30), None, "times_outside_session"),
        (R.PARTIAL, None, at(16), "times_outside_session"),
    ],
)
def test_times_that_cannot_be_are_refused(
    status: R, in_at: datetime | None, out_at: datetime | None, refused: str
) -> None:
    assert code_of(make_mark, status, EVENING, in_at=in_at, out_at=out_at) == refused


def test_what_does_not_go_with_a_status_is_not_kept() -> None:
    said = {"in_at": at(16, 5), "out_at": at(17), "category": AbsenceCategory.WORK, "note": "Train"}

    assert make_mark(R.PRESENT, EVENING, **said) == Mark(R.PRESENT, 55, at(16, 5), at(17), None, "Train")
    assert make_mark(R.ABSENT_EXCUSED, EVENING, **said) == Mark(
        R.ABSENT_EXCUSED, 0, None, None, AbsenceCategory.WORK, "Train"
    )


def test_measured_minutes_stay_where_no_times_are_written() -> None:
    assert make_mark(R.PARTIAL, EVENING, measured=41, note="Camera off") == Mark(R.PARTIAL, 41, note="Camera off")
    assert make_mark(R.PARTIAL, EVENING, in_at=at(17), measured=41).minutes == 30


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("  ", None),
        ("18:05", at(16, 5)),
        ("8:05", at(6, 5)),
        (" 19:30 ", at(17, 30)),
    ],
)
def test_a_time_is_read_on_the_clocks_of_the_facility(text: str, expected: datetime | None) -> None:
    assert read_clock(text, EVENING, DAY, BERLIN, field="in") == expected


@pytest.mark.parametrize("text", ["24:00", "18.05", "18:5", "1805", "18:60", "١٨:٠٥", "18:05:00", "-1:00", "now"])
def test_what_is_no_time_is_refused(text: str) -> None:
    assert code_of(read_clock, text, EVENING, DAY, BERLIN, field="in") == "clock_time_invalid"


def test_a_session_past_midnight_has_times_of_both_dates() -> None:
    night = Scheduled(at(21), at(23))  # 23:00 to 01:00 in Berlin

    assert read_clock("23:10", night, DAY, BERLIN, field="in") == at(21, 10)
    assert read_clock("00:40", night, DAY, BERLIN, field="out") == at(22, 40)
    assert read_clock("01:05", night, DAY, BERLIN, field="out") == at(23, 5)


def test_times_on_the_day_the_clocks_change_are_those_around_the_session() -> None:
    # In Berlin 2026-10-25 has 25 hours; the session is from 04:00 to 05:00, an hour after the change.
    early = Scheduled(datetime(2026, 10, 25, 3, tzinfo=UTC), datetime(2026, 10, 25, 4, tzinfo=UTC))

    assert read_clock("04:20", early, date(2026, 10, 25), BERLIN, field="in") == datetime(
        2026, 10, 25, 3, 20, tzinfo=UTC
    )


def test_a_mark_stands_in_the_form_as_it_was_written() -> None:
    line = Line(R.PARTIAL, "18:10", "19:00", AbsenceCategory.TRANSPORT, "Bus")

    assert line_of(line.mark(EVENING, DAY, BERLIN), BERLIN) == line
    assert Line().mark(EVENING, DAY, BERLIN) == NOTHING
    assert line_of(NOTHING, BERLIN) == Line()


@pytest.mark.parametrize(
    ("result", "minutes", "expected"),
    [
        ("present", 85, Mark(R.PRESENT, 90)),
        ("late", 60, Mark(R.PARTIAL, 60)),
        ("partial", 20, Mark(R.PARTIAL, 20)),
        ("partial", 0, Mark(R.PARTIAL, 1)),
        ("late", 200, Mark(R.PARTIAL, 90)),
        ("absent", 3, NOTHING),
        ("absent_excused", 0, NOTHING),
        (None, 0, NOTHING),
    ],
)
def test_online_presence_says_who_came_and_never_who_did_not(result: str | None, minutes: int, expected: Mark) -> None:
    assert prefilled(result, minutes, EVENING) == expected


def test_places_are_read_off_the_trail() -> None:
    moves = [
        (7, 70, "waitlisted", at(1)),
        (7, 70, "enrolled", at(2)),
        (7, 70, "withdrawn", at(3)),
        (7, 70, "enrolled", at(5)),
        (8, 80, "enrolled", at(1)),
        (8, 80, "completed", at(9)),
        (7, 71, "waitlisted", at(6)),
    ]

    assert places_of(moves) == {7: [Place(at(2), at(3)), Place(at(5))], 8: [Place(at(1), at(9))]}


@pytest.mark.parametrize(
    ("place", "there"),
    [
        (Place(at(21, 59, day=9), at(22, 0, day=9)), False),  # until the date began
        (Place(at(21, 59, day=9), at(22, 1, day=9)), True),
        (Place(at(21, 59)), True),  # from its last minute on
        (Place(at(22, 0)), False),  # from the next date on
        (Place(at(1, day=1)), True),
        (Place(at(1, day=1), at(1, day=5)), False),
    ],
)
def test_somebody_is_in_on_a_date_with_a_place_at_any_moment_of_it(place: Place, there: bool) -> None:
    assert had_place([place], day_bounds(DAY, BERLIN)) is there


@pytest.mark.parametrize(
    ("zone", "first", "after"),
    [(HONOLULU, at(10), at(10, day=11)), (KIRITIMATI, at(10, day=9), at(10)), (BERLIN, at(22, day=9), at(22))],
)
def test_a_date_is_that_of_the_facility(zone: str, first: datetime, after: datetime) -> None:
    assert day_bounds(DAY, zone) == (first, after)


def code_of(rule, *values, **named) -> str | None:
    try:
        rule(*values, **named)
    except Refused as refused:
        return refused.code
    return None
