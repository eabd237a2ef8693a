"""Until when a closed event is opened again, for how long, and what a form says that somebody read."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.refusals import no, refusal_of
from webapp.domain.events.closure import AttendanceRequirement as R
from webapp.domain.events.closure import AttendanceRule
from webapp.domain.events.reopening import Reopened, is_reopenable, require_days_kept, require_reopenable

CLOSED_AT = datetime(2026, 6, 13, 18, 15, tzinfo=UTC)
A_DAY_LATER = datetime(2026, 6, 14, 18, 15, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("status", "completed_at", "now", "is_possible"),
    [
        ("completed", CLOSED_AT, CLOSED_AT, True),
        ("completed", CLOSED_AT, A_DAY_LATER - TICK, True),
        ("completed", CLOSED_AT, A_DAY_LATER, False),
        ("completed", None, CLOSED_AT, False),
        ("published", None, CLOSED_AT, False),
        ("published", CLOSED_AT, CLOSED_AT, False),
        ("cancelled", CLOSED_AT, CLOSED_AT, False),
    ],
)
def test_an_event_is_opened_again_within_a_day_of_its_closing(status, completed_at, now, is_possible):
    assert is_reopenable(status, completed_at, now) is is_possible


NOW = CLOSED_AT + timedelta(hours=1)
TABLE = [
    ("an hour more", "completed", CLOSED_AT, NOW + timedelta(hours=1), NOW, None),
    ("an end that is just ahead", "completed", CLOSED_AT, NOW + TICK, NOW, None),
    ("an end that is now", "completed", CLOSED_AT, NOW, NOW, no("new_end_out_of_range")),
    ("an end that has passed", "completed", CLOSED_AT, NOW - TICK, NOW, no("new_end_out_of_range")),
    ("a whole day more", "completed", CLOSED_AT, NOW + timedelta(hours=24), NOW, None),
    ("more than a day", "completed", CLOSED_AT, NOW + timedelta(hours=24) + TICK, NOW, no("new_end_out_of_range")),
    ("the last instant", "completed", CLOSED_AT, A_DAY_LATER, A_DAY_LATER - TICK, None),
    ("closed a day ago", "completed", CLOSED_AT, A_DAY_LATER + TICK, A_DAY_LATER, no("reopening_over")),
    ("not closed", "published", None, NOW + TICK, NOW, no("event_not_closed")),
    ("called off", "cancelled", CLOSED_AT, NOW + TICK, NOW, no("event_not_closed")),
    ("being closed", "completed", None, NOW + TICK, NOW, no("event_not_closed")),
]


@pytest.mark.parametrize(
    ("status", "completed_at", "ends_at", "now", "refusal"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_the_new_end_is_ahead_and_within_a_day(status, completed_at, ends_at, now, refusal):
    assert refusal_of(require_reopenable, status, completed_at, ends_at, now) == refusal


@pytest.mark.parametrize(
    ("requirement", "days", "refusal"),
    [
        (R.ALL_DAYS, 2, None),
        (R.ALL_DAYS, 3, no("new_end_adds_day")),
        (R.MINIMUM_DAYS, 2, None),
        (R.MINIMUM_DAYS, 3, no("new_end_adds_day")),
        (R.ANY_DAY, 3, None),
        # A shorter event asks for no more than before.
        (R.ALL_DAYS, 1, None),
    ],
)
def test_one_more_day_asks_more_of_nobody(requirement, days, refusal):
    assert refusal_of(require_days_kept, AttendanceRule(requirement, 2, 2), days) == refusal


def test_the_key_names_every_number_so_that_other_numbers_are_another_key():
    counted = Reopened(attended=4, no_show=3, undecided=2, kept=1)
    assert (counted.going_back, counted.key) == (9, "4.3.2.1")
    assert (Reopened().going_back, Reopened(kept=2).going_back) == (0, 0)
