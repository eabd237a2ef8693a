"""Tables of the one rule that decides attended or no-show."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.support.refusals import no, refusal_of
from webapp.domain.event_days import event_days
from webapp.domain.events.closure import AttendanceRequirement as R
from webapp.domain.events.closure import AttendanceRule, days_present, decide_outcome, require_minimum_days
from webapp.domain.places.enrollment import CLOSABLE
from webapp.domain.places.enrollment import EnrollmentStatus as S


@pytest.mark.parametrize(
    ("requirement", "minimum", "total", "needed"),
    [
        (R.ALL_DAYS, None, 1, 1),
        (R.ALL_DAYS, None, 3, 3),
        (R.ANY_DAY, None, 1, 1),
        (R.ANY_DAY, None, 365, 1),
        (R.MINIMUM_DAYS, 1, 3, 1),
        (R.MINIMUM_DAYS, 2, 3, 2),
        (R.MINIMUM_DAYS, 3, 3, 3),
        # The event was shortened after the minimum was set: nobody can come more often than it takes place.
        (R.MINIMUM_DAYS, 5, 3, 3),
        # A minimum that was never said, or is none, is one day.
        (R.MINIMUM_DAYS, None, 3, 1),
        (R.MINIMUM_DAYS, 0, 3, 1),
    ],
)
def test_attended_from_exactly_the_days_asked_for(requirement, minimum, total, needed):
    rule = AttendanceRule(requirement, minimum, total)
    outcomes = [decide_outcome(S.CHECKED_IN, present, rule) for present in range(total + 1)]
    assert outcomes == [S.NO_SHOW] * needed + [S.ATTENDED] * (total + 1 - needed)


@pytest.mark.parametrize("present", [0, 1, 3])
def test_confirmed_people_become_no_show_whatever_the_record(present):
    assert decide_outcome(S.CONFIRMED, present, AttendanceRule(R.ANY_DAY, None, 3)) is S.NO_SHOW


@pytest.mark.parametrize("status", sorted(set(S) - CLOSABLE))
def test_everybody_else_stays_what_they_are(status):
    assert decide_outcome(status, 3, AttendanceRule(R.ANY_DAY, None, 3)) is status


def test_deciding_twice_is_deciding_once():
    rule = AttendanceRule(R.ALL_DAYS, None, 2)
    for status in S:
        for present in range(3):
            once = decide_outcome(status, present, rule)
            assert decide_outcome(once, present, rule) is once


FRIDAY_TO_SUNDAY = (date(2026, 6, 19), date(2026, 6, 20), date(2026, 6, 21))


@pytest.mark.parametrize(
    ("check_ins", "present"),
    [
        ([], 0),
        ([date(2026, 6, 19)], 1),
        ([date(2026, 6, 19), date(2026, 6, 19)], 1),
        ([date(2026, 6, 18), date(2026, 6, 22)], 0),
        ([date(2026, 6, 18), date(2026, 6, 19), date(2026, 6, 21), date(2026, 6, 21)], 2),
        (list(FRIDAY_TO_SUNDAY), 3),
    ],
    ids=["none", "one", "two on one day", "outside only", "mixed", "all"],
)
def test_days_are_distinct_dates_inside_the_event(check_ins, present):
    assert days_present(check_ins, FRIDAY_TO_SUNDAY) == present


@pytest.mark.parametrize(
    ("zone", "first_local_day"),
    [
        ("Europe/Berlin", date(2026, 3, 29)),  # 23 hours
        ("Europe/Berlin", date(2026, 10, 25)),  # 25 hours
        ("America/New_York", date(2026, 3, 8)),
        ("Africa/Cairo", date(2026, 4, 24)),  # midnight itself is skipped
    ],
)
def test_a_day_of_23_or_25_hours_is_one_day(zone, first_local_day):
    noon = datetime(first_local_day.year, first_local_day.month, first_local_day.day, 12, tzinfo=UTC)
    days = event_days(noon, noon + timedelta(days=1), zone)
    assert days == (first_local_day, first_local_day + timedelta(days=1))
    rule = AttendanceRule(R.ALL_DAYS, None, len(days))
    assert decide_outcome(S.CHECKED_IN, days_present([first_local_day], days), rule) is S.NO_SHOW
    assert decide_outcome(S.CHECKED_IN, days_present(days, days), rule) is S.ATTENDED


@pytest.mark.parametrize("minimum", [None, 0, -1, 4])
def test_a_minimum_outside_the_days_of_the_event_is_refused(minimum):
    refusal = no("minimum_days_out_of_range", minimum=minimum, total=3)
    assert refusal_of(require_minimum_days, R.MINIMUM_DAYS, minimum, 3) == refusal


@pytest.mark.parametrize(
    ("requirement", "minimum"), [(R.ANY_DAY, None), (R.ALL_DAYS, 9), (R.MINIMUM_DAYS, 1), (R.MINIMUM_DAYS, 3)]
)
def test_a_minimum_is_looked_at_only_where_it_is_asked_for(requirement, minimum):
    assert refusal_of(require_minimum_days, requirement, minimum, 3) is None
