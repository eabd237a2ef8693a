"""Event days: distinct local dates in the event's own timezone, counted by calendar."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from webapp.domain.refusal import Refused

#: An event without an end lasts this long.
DEFAULT_LENGTH = timedelta(hours=2)
#: Longer ones are a typing error in a date field.
MAX_LENGTH = timedelta(days=365)

_NOT_PLACES = {"localtime", "posixrules", "posix", "Factory"}


def effective_end(starts_at: datetime, ends_at: datetime | None) -> datetime:
    """The end that everything else counts from: `ends_at`, or two hours after the start."""
    return ends_at if ends_at is not None else starts_at + DEFAULT_LENGTH


@cache
def known_timezones() -> frozenset[str]:
    """IANA names a facility, an event or a person may use (exact spelling)."""
    return frozenset(
        name for name in available_timezones() if name not in _NOT_PLACES and not name.startswith(("posix/", "right/"))
    )


def require_timezone(name: str) -> ZoneInfo:
    """The zone of that exact name, or a refusal (`unknown_timezone`)."""
    if name not in known_timezones():
        raise Refused("unknown_timezone", timezone=name[:60])
    return ZoneInfo(name)


def local_date(instant: datetime, timezone: str) -> date:
    """The calendar date at that instant in that zone."""
    return instant.astimezone(ZoneInfo(timezone)).date()


def event_days(starts_at: datetime, ends_at: datetime | None, timezone: str) -> tuple[date, ...]:
    """Every local date from the start to the effective end, both included."""
    first = local_date(starts_at, timezone)
    last = local_date(effective_end(starts_at, ends_at), timezone)
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A wall-clock time turned into an instant.

    `note` is `gap` where the clock skipped that time (the instant is the one an hour
    later on the clock) and `fold` where it came twice (the instant is the first).
    """

    at: datetime
    note: str | None = None


def to_instant(local_on: date, local_at: time, timezone: str) -> LocalTime:
    """The instant of a wall-clock time. Raises `unknown_timezone`, `date_out_of_range`."""
    zone = require_timezone(timezone)
    if not 1970 <= local_on.year <= 2200:
        raise Refused("date_out_of_range", year=local_on.year)
    wall = datetime.combine(local_on, local_at)
    earlier, later = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    instant = earlier.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != wall:
        return LocalTime(instant, "gap")
    return LocalTime(instant, "fold" if earlier.utcoffset() != later.utcoffset() else None)


def on_the_clock(local_on: date, local_at: time, timezone: str) -> LocalTime:
    """`to_instant` of a time that the clocks show. Also raises `time_skipped`, with what the skipped one means."""
    local = to_instant(local_on, local_at.replace(fold=0), timezone)
    if local.note == "gap":
        skipped = datetime.combine(local_on, local_at, UTC)
        raise Refused("time_skipped", skipped=skipped, meant=local.at.astimezone(ZoneInfo(timezone)), timezone=timezone)
    return local


def moved_along(instant: datetime, before: Any, after: Any) -> datetime:
    """The instant as far from the new start as from the old one, on the clocks (a start: `starts_at`, `timezone`).

    A time that the clocks skip is an hour later, of one that comes twice it is the first. Raises `date_out_of_range`.
    """
    distance = _wall(instant, before.timezone) - _wall(before.starts_at, before.timezone)
    wall = _wall(after.starts_at, after.timezone) + distance
    return to_instant(wall.date(), wall.time(), after.timezone).at


def _wall(instant: datetime, timezone: str) -> datetime:
    """What the clocks there show, without a zone."""
    return instant.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)


def require_times(starts_at: datetime, ends_at: datetime | None) -> None:
    """Refuse an end that is not after the start, or a length beyond `MAX_LENGTH`."""
    if ends_at is None:
        return
    if ends_at <= starts_at:
        raise Refused("end_not_after_start")
    if ends_at - starts_at > MAX_LENGTH:
        raise Refused("event_too_long", days=MAX_LENGTH.days)
