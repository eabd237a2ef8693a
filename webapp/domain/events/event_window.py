"""The stretches of time by which a list of events can be narrowed."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class EventWindow(StrEnum):
    THIS_WEEK = "week"
    WEEKEND = "weekend"


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `starts_at` until just before `ends_at`, aware UTC."""

    starts_at: datetime
    ends_at: datetime


def stretch_of(window: EventWindow, now: datetime, timezone: str) -> Stretch:
    """The rest of this week (Monday to Sunday), or its Saturday and Sunday, in the reader's zone.

    On a Saturday or Sunday the weekend is the one that runs.
    """
    zone = ZoneInfo(timezone)
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())

    def midnight(days_after_monday: int) -> datetime:
        return datetime.combine(monday + timedelta(days=days_after_monday), time(), zone).astimezone(UTC)

    start = now if window is EventWindow.THIS_WEEK else max(now, midnight(5))
    return Stretch(start, midnight(7))
