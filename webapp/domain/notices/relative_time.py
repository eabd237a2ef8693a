"""When a reminder of an organizer is sent: so long before or after an event starts or ends, on the event's clocks.

Why it is so: docs/decisions/137-messages-of-organizers.md.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from webapp.domain.event_days import to_instant
from webapp.domain.refusal import Refused

#: Further away than this is a typing error.
MOST_HOURS, MOST_DAYS = 72, 60
#: A reminder that comes later than this after its time is missed: what it says is not so any more.
LATEST = timedelta(minutes=30)


class Anchor(StrEnum):
    """What a reminder goes by."""

    START = "at_start"
    END = "at_end"


@dataclass(frozen=True, slots=True)
class RelativeTime:
    """So many `hours` after the anchor, or so many `days` after its date at that time; below zero before it."""

    anchor: Anchor
    hours: int | None = None
    days: int | None = None
    at: time | None = None


def require_relative(relative: RelativeTime) -> None:
    """Refuse (`relative_time_invalid`) what is neither hours nor days with a time, or too far away."""
    is_in_hours = relative.hours is not None
    is_in_days = relative.days is not None and relative.at is not None
    is_near = abs(relative.hours or 0) <= MOST_HOURS and abs(relative.days or 0) <= MOST_DAYS
    if is_in_hours == is_in_days or not is_near:
        raise Refused("relative_time_invalid", hours=MOST_HOURS, days=MOST_DAYS)


def due_at(relative: RelativeTime, *, starts_at: datetime, ends_at: datetime, timezone: str) -> datetime:
    """The instant of it. A time that the clocks skip is an hour later, of one that comes twice it is the first."""
    anchor = starts_at if relative.anchor is Anchor.START else ends_at
    if relative.days is None or relative.at is None:
        return anchor + timedelta(hours=relative.hours or 0)
    local_on = anchor.astimezone(ZoneInfo(timezone)).date() + timedelta(days=relative.days)
    return to_instant(local_on, relative.at, timezone).at


def is_missed(send_at: datetime, now: datetime) -> bool:
    """Whether a reminder is too late to be sent."""
    return now - send_at > LATEST
