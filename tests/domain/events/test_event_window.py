"""This week and the weekend, by the reader's own calendar."""

from datetime import UTC, datetime

import pytest

from webapp.domain.events.event_window import EventWindow, Stretch, stretch_of

WEEK, WEEKEND = EventWindow.THIS_WEEK, EventWindow.WEEKEND


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


CASES = [
    ("wednesday, the week", WEEK, "2026-06-10T12:00", "Europe/Berlin", "2026-06-10T12:00", "2026-06-14T22:00"),
    ("wednesday, the weekend", WEEKEND, "2026-06-10T12:00", "Europe/Berlin", "2026-06-12T22:00", "2026-06-14T22:00"),
    ("sunday, the weekend that runs", WEEKEND, "2026-06-14T12:00", "UTC", "2026-06-14T12:00", "2026-06-15T00:00"),
    ("still sunday there", WEEKEND, "2026-06-15T02:00", "America/Sao_Paulo", "2026-06-15T02:00", "2026-06-15T03:00"),
    ("already monday there", WEEKEND, "2026-06-14T23:00", "Europe/Berlin", "2026-06-19T22:00", "2026-06-21T22:00"),
    ("a sunday of 25 hours", WEEK, "2026-10-24T12:00", "Europe/Berlin", "2026-10-24T12:00", "2026-10-25T23:00"),
]


@pytest.mark.parametrize(
    ("window", "now", "zone", "start", "end"), [row[1:] for row in CASES], ids=[row[0] for row in CASES]
)
def test_a_window_is_a_stretch_of_the_readers_week(window, now, zone, start, end):
    assert stretch_of(window, utc(now), zone) == Stretch(utc(start), utc(end))
