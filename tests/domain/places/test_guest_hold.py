"""Whose a held seat is, and how many may be held."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.refusals import no, refusal_of
from webapp.domain.places.guest_hold import MOST_HOLDS, HoldOutcome, is_seat_held, require_few_holds

UNTIL = datetime(2026, 6, 10, 12, 30, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("outcome", "has_seat", "now", "held"),
    [
        (HoldOutcome.OPEN, True, UNTIL - INSTANT, True),
        (HoldOutcome.OPEN, True, UNTIL, False),
        (HoldOutcome.OPEN, False, UNTIL - INSTANT, False),
        (HoldOutcome.CONFIRMED, True, UNTIL - INSTANT, False),
        (HoldOutcome.EXPIRED, True, UNTIL - INSTANT, False),
        (HoldOutcome.WITHDRAWN, True, UNTIL - INSTANT, False),
    ],
)
def test_a_seat_is_held_until_its_time_whether_or_not_a_job_looked(outcome, has_seat, now, held):
    assert is_seat_held(outcome, has_seat=has_seat, held_until=UNTIL, now=now) is held


def test_three_at_once():
    for others in range(MOST_HOLDS):
        require_few_holds(others)
    assert refusal_of(require_few_holds, MOST_HOLDS) == no("too_many_holds", most=MOST_HOLDS)
    assert refusal_of(require_few_holds, MOST_HOLDS + 1) == no("too_many_holds", most=MOST_HOLDS)
