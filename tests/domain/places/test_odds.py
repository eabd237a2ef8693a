"""With whom somebody who waits is compared, and when nothing is said."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.domain.places.odds import LEAST_CASES, lead_days, like_sizes, says_enough

NOW = datetime(2026, 6, 12, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "days"),
    [
        (timedelta(days=90), 28),
        (timedelta(days=28), 28),
        (timedelta(days=28, microseconds=-1), 14),
        (timedelta(days=14), 14),
        (timedelta(days=13), 7),
        (timedelta(days=7), 7),
        (timedelta(days=6, hours=23), 3),
        (timedelta(days=3), 3),
        (timedelta(days=2), 1),
        (timedelta(days=1), 1),
        (timedelta(hours=23, minutes=59), None),
        (timedelta(0), None),
        (timedelta(days=-1), None),
    ],
)
def test_compared_are_people_who_had_no_more_time_left(left, days):
    assert lead_days(NOW + left, NOW) == days


@pytest.mark.parametrize(("capacity", "sizes"), [(1, (1, 2)), (2, (1, 4)), (15, (8, 30)), (16, (8, 32))])
def test_an_event_is_like_one_of_half_to_twice_as_many_places(capacity, sizes):
    assert like_sizes(capacity) == sizes


def test_few_cases_say_nothing():
    assert LEAST_CASES == 20
    assert (says_enough(19), says_enough(20)) == (False, True)
