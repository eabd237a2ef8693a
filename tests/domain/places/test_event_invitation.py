"""An invitation is answered once, and until the event starts."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.refusals import no, refusal_of
from webapp.domain.places.event_invitation import require_answerable

START = datetime(2026, 6, 13, 16, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("status", "now", "refusal"),
    [
        ("open", START - timedelta(days=9), None),
        ("open", START - TICK, None),
        ("open", START, no("invitation_over")),
        ("open", START + TICK, no("invitation_over")),
        *((one, START - TICK, no("invitation_answered")) for one in ("accepted", "declined", "withdrawn")),
        # What was answered is said rather than that it is too late.
        ("accepted", START, no("invitation_answered")),
    ],
)
def test_until_when_an_invitation_is_answered(status, now, refusal):
    assert refusal_of(require_answerable, status, starts_at=START, now=now) == refusal
