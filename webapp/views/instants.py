"""How instants and days are written, in words and in the zone of the event.

Instants are aware UTC datetimes, zones are IANA names. Nothing here reads a
clock: the year is left out only when `now` falls in the same year, and is
written when no `now` is known.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _local(instant: datetime, tz: str) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone cannot be shown")
    return instant.astimezone(ZoneInfo(tz))


def _year(local: date, tz: str, now: datetime | None) -> str:
    return "" if now is not None and _local(now, tz).year == local.year else f" {local.year}"


def day(instant: datetime, tz: str, now: datetime | None = None) -> str:
    """Sat 13 June"""
    local = _local(instant, tz)
    return f"{WEEKDAYS[local.weekday()][:3]} {local.day} {MONTHS[local.month - 1]}{_year(local, tz, now)}"


def clock_time(instant: datetime, tz: str) -> str:
    """09:42"""
    return f"{_local(instant, tz):%H:%M}"


def when(instant: datetime, tz: str, now: datetime | None = None) -> str:
    """Sat 13 June, 10:00"""
    return f"{day(instant, tz, now)}, {clock_time(instant, tz)}"


def spoken_when(instant: datetime, tz: str, now: datetime) -> str:
    """today at 09:42, tomorrow at 09:00, on Sat 13 June at 10:00"""
    away = (_local(instant, tz).date() - _local(now, tz).date()).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(away)
    return f"{near or 'on ' + day(instant, tz, now)} at {clock_time(instant, tz)}"


def span(start: datetime, end: datetime | None, tz: str, now: datetime | None = None) -> str:
    """Sat 13 June, 10:00 to 12:30"""
    if end is None:
        return when(start, tz, now)
    same_day = _local(start, tz).date() == _local(end, tz).date()
    return f"{when(start, tz, now)} to {clock_time(end, tz) if same_day else when(end, tz, now)}"


def zone_name(tz: str) -> str:
    """Berlin time"""
    if tz in {"UTC", "Etc/UTC", "GMT", "Etc/GMT", "Zulu"}:
        return "UTC"
    if tz.startswith("Etc/GMT"):  # these names carry the sign the other way round
        return "UTC" + tz[7:].translate(str.maketrans("+-", "-+"))
    return tz.rsplit("/", 1)[-1].replace("_", " ") + " time"


def iso(instant: datetime) -> str:
    """2026-06-13T08:00:00Z, for the datetime attribute"""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def ago(instant: datetime, now: datetime) -> str:
    """just now, 30 minutes ago, in 2 hours"""
    seconds = (now - instant).total_seconds()
    size = abs(seconds)
    if size < 45:
        return "just now"
    for limit, unit, one in ((3570, 60, "minute"), (84600, 3600, "hour"), (float("inf"), 86400, "day")):
        if size < limit:
            count = max(1, round(size / unit))
            text = f"{count} {one}" if count == 1 else f"{count} {one}s"
            break
    return f"{text} ago" if seconds > 0 else f"in {text}"


def month_short(instant: datetime, tz: str) -> str:
    """Jun"""
    return MONTHS[_local(instant, tz).month - 1][:3]


def day_number(instant: datetime, tz: str) -> str:
    """13"""
    return str(_local(instant, tz).day)


def days_list(days: Iterable[date]) -> str:
    """Saturdays 13, 20 and 27 June; 19 to 21 June; Sat 13 June"""
    ordered = sorted(set(days))
    if not ordered:
        return ""
    if len(ordered) == 1:
        only = ordered[0]
        return f"{WEEKDAYS[only.weekday()][:3]} {only.day} {MONTHS[only.month - 1]}"
    first, last = ordered[0], ordered[-1]
    if len(ordered) > 2 and (last - first).days == len(ordered) - 1:
        month = "" if first.month == last.month else f" {MONTHS[first.month - 1]}"
        return f"{first.day}{month} to {last.day} {MONTHS[last.month - 1]}"
    parts = [
        str(one.day) + ("" if after is not None and after.month == one.month else f" {MONTHS[one.month - 1]}")
        for one, after in zip(ordered, [*ordered[1:], None], strict=True)
    ]
    weekdays = {one.weekday() for one in ordered}
    prefix = f"{WEEKDAYS[weekdays.pop()]}s " if len(weekdays) == 1 else ""
    return f"{prefix}{', '.join(parts[:-1])} and {parts[-1]}"
