"""Until when a place is given back, by whom, and which edits let everybody go."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.refusals import no, refusal_of
from webapp.domain.permission import Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.enrollment import (
    cancellation_deadline,
    frees_everybody,
    is_late_leaving,
    is_past_deadline,
    leave_until,
    require_cancellable,
)

START = datetime(2026, 6, 13, 16, 0, tzinfo=UTC)
INSTANT, DAY = timedelta(microseconds=1), timedelta(days=1)


@pytest.mark.parametrize(("hours", "before"), [(None, 0), (0, 0), (24, 24), (168, 168)])
def test_the_deadline_lies_so_many_hours_before_the_start(hours, before):
    assert cancellation_deadline(START, hours) == START - timedelta(hours=before)


@pytest.mark.parametrize(
    ("status", "now", "expected"),
    [
        (S.CONFIRMED, START - DAY - INSTANT, None),
        (S.CONFIRMED, START - DAY, no("deadline_passed", deadline=START - DAY)),
        (S.PENDING, START - DAY - INSTANT, None),
        (S.PENDING, START - DAY, no("deadline_passed", deadline=START - DAY)),
        (S.WAITLISTED, START - DAY, None),
        (S.WAITLISTED, START - INSTANT, None),
        (S.WAITLISTED, START, no("deadline_passed", deadline=START)),
        (S.RELEASED, START - INSTANT, None),
        (S.RELEASED, START, no("deadline_passed", deadline=START)),
    ],
)
def test_a_participant_cancels_before_the_deadline_and_a_waiting_one_until_the_start(status, now, expected):
    given = {"by": Trigger.USER, "starts_at": START, "hours_before": 24, "now": now}
    assert refusal_of(require_cancellable, status, **given) == expected


@pytest.mark.parametrize(
    ("status", "leaves_freely", "now", "until"),
    [
        (S.CONFIRMED, False, START - DAY - INSTANT, START - DAY),
        (S.CONFIRMED, False, START - DAY, None),
        (S.CONFIRMED, True, START - DAY, START),
        (S.CONFIRMED, True, START - INSTANT, START),
        (S.CONFIRMED, True, START, None),
        (S.PENDING, False, START - DAY, None),
        (S.PENDING, True, START - DAY, START),
        (S.WAITLISTED, False, START - INSTANT, START),
        (S.WAITLISTED, True, START, None),
        *(
            (status, True, START - 9 * DAY, None)
            for status in (S.CHECKED_IN, S.ATTENDED, S.NO_SHOW, S.CANCELLED, S.REJECTED)
        ),
    ],
)
def test_until_when_a_place_can_be_given_back_is_the_rule_of_giving_it_back(status, leaves_freely, now, until):
    terms = {"starts_at": START, "hours_before": 24, "leaves_freely": leaves_freely, "now": now}
    assert leave_until(status, **terms) == until
    assert (refusal_of(require_cancellable, status, by=Trigger.USER, **terms) is None) == (until is not None)


@pytest.mark.parametrize(
    ("status", "now", "until"),
    [
        (S.CONFIRMED, START - DAY - INSTANT, START),
        (S.CONFIRMED, START - DAY, START),
        (S.CONFIRMED, START - INSTANT, START),
        (S.CONFIRMED, START, None),
        (S.PENDING, START - DAY, START),
        (S.WAITLISTED, START - DAY, START),
        (S.CHECKED_IN, START - DAY, None),
    ],
)
def test_where_late_cancelling_is_counted_it_is_possible_until_the_start(status, now, until):
    given = {"starts_at": START, "hours_before": 24, "leaves_freely": False, "leaves_late": True, "now": now}
    assert leave_until(status, **given) == until
    assert (refusal_of(require_cancellable, status, by=Trigger.USER, **given) is None) == (until is not None)


@pytest.mark.parametrize(
    ("status", "leaves_freely", "now", "is_late"),
    [
        (S.CONFIRMED, False, START - DAY - INSTANT, False),
        (S.CONFIRMED, False, START - DAY, True),
        (S.CONFIRMED, True, START - DAY, False),
        (S.CONFIRMED, True, START - INSTANT, False),
        # An application, or a place in line, is no place that others could have had.
        (S.PENDING, False, START - INSTANT, False),
        (S.WAITLISTED, False, START - INSTANT, False),
        (S.RELEASED, False, START, False),
    ],
)
def test_leaving_is_late_from_the_deadline_on_that_binds_somebody_with_a_place(status, leaves_freely, now, is_late):
    given = {"starts_at": START, "hours_before": 24, "leaves_freely": leaves_freely, "now": now}
    assert is_late_leaving(status, **given) is is_late


@pytest.mark.parametrize(
    ("hours", "at", "is_past"),
    [
        (24, START - DAY - INSTANT, False),
        (24, START - DAY, True),
        (None, START - INSTANT, False),
        (None, START, True),
    ],
)
def test_who_gets_a_place_after_the_deadline_leaves_freely(hours, at, is_past):
    assert is_past_deadline(START, hours, at) is is_past


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((START, None), (START, 24), True),
        ((START, 24), (START, 48), False),
        ((START, 24), (START, None), False),
        ((START + 9 * DAY, 24), (START, 24), True),
        ((START, 24), (START + timedelta(hours=1), 24), True),
        ((START, 24), (START + 9 * DAY, 24), False),
    ],
)
def test_an_edit_that_takes_the_deadline_away_lets_everybody_leave(before, after, expected):
    assert frees_everybody(before, after, START - timedelta(hours=12)) is expected


@pytest.mark.parametrize("by", [Trigger.ORGANIZER, Trigger.ADMIN, Trigger.SYSTEM])
@pytest.mark.parametrize("status", [S.PENDING, S.WAITLISTED, S.CONFIRMED])
def test_the_deadline_binds_participants_only(by, status):
    late = START + timedelta(hours=1)

    assert refusal_of(require_cancellable, status, by=by, starts_at=START, hours_before=24, now=late) is None


@pytest.mark.parametrize("by", Trigger)
@pytest.mark.parametrize("status", [S.CHECKED_IN, S.ATTENDED, S.NO_SHOW, S.CANCELLED, S.REJECTED])
def test_nobody_cancels_what_is_over(by, status):
    given = {"by": by, "starts_at": START, "hours_before": 0, "now": START - 9 * DAY}
    refusal = no("illegal_move", from_status=status, to_status=S.CANCELLED)
    assert refusal_of(require_cancellable, status, **given) == refusal
