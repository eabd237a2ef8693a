"""An instant that has passed, as people type it, and which moves were before it."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.refusals import no, refusal_of
from webapp.domain.events.past_standing import first_later, parse_past_instant

BERLIN = "Europe/Berlin"
NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant", "note"),
    [
        ("2026-06-13 18:04", datetime(2026, 6, 13, 16, 4, tzinfo=UTC), None),
        ("2026-06-13T18:04:07", datetime(2026, 6, 13, 16, 4, 7, tzinfo=UTC), None),
        ("  2026-06-13T18:04:59 ", datetime(2026, 6, 13, 16, 4, 59, tzinfo=UTC), None),
        ("2026-06-13T18:04:00", datetime(2026, 6, 13, 16, 4, tzinfo=UTC), None),
        # An hour that comes twice: the first of the two is meant, and it is said.
        ("2026-10-25 02:30:15", datetime(2026, 10, 25, 0, 30, 15, tzinfo=UTC), "fold"),
        # Now is no future.
        ("2026-11-01 13:00:00", NOW, None),
    ],
)
def test_an_instant_to_the_minute_or_the_second(text, instant, note):
    assert parse_past_instant(text, BERLIN, NOW) == (instant, note)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", no("wall_time_invalid")),
        ("yesterday at six", no("wall_time_invalid")),
        ("2026-06-13", no("wall_time_invalid")),
        ("2026-06-13 18:04:60", no("wall_time_invalid")),
        ("2026-06-13 18:04:7", no("wall_time_invalid")),
        ("2026-06-13 18:04:07.5", no("wall_time_invalid")),
        ("2026-06-13 25:04", no("wall_time_invalid")),
        ("2026-11-01 13:00:01", no("instant_to_come")),
        ("2026-11-01 13:01", no("instant_to_come")),
        ("2027-06-13 18:04", no("instant_to_come")),
    ],
)
def test_what_is_no_instant_or_has_not_come_is_refused(text, refusal):
    assert refusal_of(parse_past_instant, text, BERLIN, NOW) == refusal


@pytest.mark.parametrize(
    ("instant", "later"),
    [
        (NOW, NOW + timedelta(seconds=1)),
        (NOW + timedelta(microseconds=1), NOW + timedelta(seconds=1)),
        (NOW + timedelta(microseconds=999_999), NOW + timedelta(seconds=1)),
    ],
)
def test_what_happened_within_the_second_that_is_asked_for_had_happened(instant, later):
    assert first_later(instant) == later
