"""When an event is closed, what is left undecided then, and which reason the record keeps."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.domain.events.closure import AttendanceRequirement as R
from webapp.domain.events.closure import (
    AttendanceRule,
    Doubt,
    closes_by,
    closing_from,
    decide_outcome,
    outcome_reason,
    settle_outcome,
    undecided_reason,
)
from webapp.domain.places.enrollment import EnrollmentStatus as S

END = datetime(2026, 6, 13, 18, 0, tzinfo=UTC)
TWO_OF_THREE = AttendanceRule(R.MINIMUM_DAYS, 2, 3)
ONE_DAY = AttendanceRule(R.ANY_DAY, None, 1)


@pytest.mark.parametrize(("minutes", "closes"), [(0, None), (1, timedelta(minutes=1)), (90, timedelta(minutes=90))])
def test_a_desk_stays_open_for_as_long_as_the_policy_says(minutes, closes):
    assert closing_from(END, minutes) == (closes and END + closes)


@pytest.mark.parametrize(
    ("sessions_end_at", "closes"),
    [
        (None, END),
        (END - timedelta(hours=1), END + timedelta(hours=2)),
        (END, END + timedelta(hours=2)),
        (END + timedelta(minutes=30), END + timedelta(hours=2, minutes=30)),
    ],
    ids=["nothing online", "a session before the end", "a session until the end", "a session after the end"],
)
def test_two_hours_are_the_longest_that_online_sessions_are_waited_for(sessions_end_at, closes):
    assert closes_by(END, sessions_end_at) == closes


SETTLED = [
    # days there, days if all that is missing spoke for the person, what comes of it
    (2, 2, S.ATTENDED),
    (3, 0, S.ATTENDED),
    (1, 1, S.NO_SHOW),
    (1, 2, S.UNDECIDED),
    (0, 3, S.UNDECIDED),
    (0, 0, S.NO_SHOW),
]


@pytest.mark.parametrize(("present", "possible", "outcome"), SETTLED)
def test_it_cannot_be_known_only_where_what_is_missing_changes_the_result(present, possible, outcome):
    assert decide_outcome(S.CHECKED_IN, present, TWO_OF_THREE, possible=possible) is outcome
    assert settle_outcome(present, TWO_OF_THREE, possible=possible) is outcome


@pytest.mark.parametrize(("possible", "outcome"), [(0, S.NO_SHOW), (1, S.NO_SHOW), (2, S.UNDECIDED), (3, S.UNDECIDED)])
def test_who_never_checked_in_may_have_been_in_a_room_that_nobody_measured(possible, outcome):
    assert decide_outcome(S.CONFIRMED, 0, TWO_OF_THREE, possible=possible) is outcome


def test_without_anything_missing_the_days_decide():
    assert settle_outcome(1, TWO_OF_THREE) is S.NO_SHOW
    assert settle_outcome(0, ONE_DAY) is S.NO_SHOW
    assert settle_outcome(1, ONE_DAY) is S.ATTENDED


@pytest.mark.parametrize(("present", "outcome"), [(0, S.NO_SHOW), (1, S.RELEASED), (3, S.RELEASED)])
def test_who_lost_the_place_and_came_all_the_same_stays_released(present, outcome):
    assert decide_outcome(S.RELEASED, present, TWO_OF_THREE, possible=3) is outcome


@pytest.mark.parametrize(
    ("status", "outcome", "rule", "reason"),
    [
        (S.CONFIRMED, S.NO_SHOW, TWO_OF_THREE, "Never checked in"),
        (S.CONFIRMED, S.NO_SHOW, ONE_DAY, "Never checked in"),
        (S.RELEASED, S.NO_SHOW, ONE_DAY, "Never came to the desk"),
        (S.CHECKED_IN, S.ATTENDED, ONE_DAY, "Checked in"),
        (S.CHECKED_IN, S.NO_SHOW, ONE_DAY, "Not checked in on the day of the event"),
        (S.CHECKED_IN, S.ATTENDED, TWO_OF_THREE, "Checked in on at least 2 of 3 days"),
        (S.CHECKED_IN, S.NO_SHOW, TWO_OF_THREE, "Checked in on fewer than 2 of 3 days"),
        (S.UNDECIDED, S.ATTENDED, AttendanceRule(R.ALL_DAYS, None, 2), "Checked in on at least 2 of 2 days"),
        (S.UNDECIDED, S.NO_SHOW, AttendanceRule(R.ANY_DAY, None, 2), "Checked in on fewer than 1 of 2 days"),
    ],
)
def test_the_record_says_why(status, outcome, rule, reason):
    assert outcome_reason(status, outcome, rule) == reason


SILENT = "the video server told us nothing about an online session"
UNMATCHED = "people in the room of an online session could not be matched"
UNMEASURED = "an online session could not be measured"


@pytest.mark.parametrize(
    ("doubts", "words"),
    [
        ([Doubt.SILENT], SILENT),
        ([Doubt.UNMATCHED], UNMATCHED),
        ([Doubt.UNMEASURED], UNMEASURED),
        # Each once, and in one order, however often and in which order they came up.
        ([Doubt.UNMATCHED, Doubt.SILENT, Doubt.UNMATCHED], f"{SILENT} and {UNMATCHED}"),
        (list(reversed(Doubt)), f"{SILENT} and {UNMATCHED} and {UNMEASURED}"),
    ],
)
def test_the_record_says_what_is_missing(doubts, words):
    assert undecided_reason(doubts) == f"Cannot be decided: {words}"
