"""Who is reminded of an event the day before, and when."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from webapp.domain.event_days import local_date

#: From this long before the start; whoever got the place later was just told all the same.
FIRST_REMINDER = timedelta(hours=24)
#: Up to this long before the start: later, people are on their way.
LAST_REMINDER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ReminderWindow:
    """Events that start after `after` and not later than `until` are reminded of now."""

    after: datetime
    until: datetime


def reminder_window(now: datetime) -> ReminderWindow:
    """Found by state, never around the time of a run: hours that were missed are made up for."""
    return ReminderWindow(after=now + LAST_REMINDER, until=now + FIRST_REMINDER)


def reminder_key(event_id: int, starts_at: datetime, timezone: str) -> str:
    """What reminders of an event have in common; the person's id follows.

    The day is part of it: an event that was moved to another one is reminded of again, one that
    begins an hour later is not.
    """
    day: date = local_date(starts_at, timezone)
    return f"reminder:{event_id}:{day.isoformat()}:"
