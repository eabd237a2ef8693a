"""Whose a held seat is, and how many may be held."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.domain.places.guest_hold import MOST_HOLDS, HoldOutcome, is_seat_held, require_few_holds
from webapp.domain.refusal import Refused

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
    with pytest.raises(Refused) as caught:
        require_few_holds(MOST_HOLDS)
    assert (caught.value.code, caught.value.facts) == ("too_many_holds", {"most": MOST_HOLDS})
