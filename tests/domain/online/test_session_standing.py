"""What a session of a class is at some instant, in a class of every status."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.domain.classes.program_class import ClassStatus, session_standing

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
BEFORE, DURING, AFTER = NOW + HOUR, NOW - HOUR / 2, NOW - HOUR


@pytest.mark.parametrize(
    ("status", "before", "during", "after"),
    [
        ("scheduled", "to_come", "running", "held"),
        ("active", "to_come", "running", "held"),
        ("paused", "paused", "paused", "held"),
        ("completed", "not_held", "not_held", "held"),
        ("cancelled", "not_held", "not_held", "held"),
    ],
)
def test_no_session_takes_place_while_its_class_does_not_meet(status, before, during, after):
    stands = [
        session_standing(status, is_cancelled=False, starts_at=starts_at, ends_at=starts_at + HOUR, now=NOW)
        for starts_at in (BEFORE, DURING, AFTER)
    ]
    assert stands == [before, during, after]


@pytest.mark.parametrize("status", list(ClassStatus))
@pytest.mark.parametrize("starts_at", [BEFORE, DURING, AFTER])
def test_a_cancelled_session_is_that_first(status, starts_at):
    ends_at = starts_at + HOUR
    assert session_standing(status, is_cancelled=True, starts_at=starts_at, ends_at=ends_at, now=NOW) == "cancelled"
