"""How instants and days are written, in words and in the zone of the event.

Instants are aware UTC datetimes, zones are IANA names. Nothing here reads a
clock: the year is left out only when `now` falls in the same year, and is
written when no `now` is known.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from webapp.languages import formats
from webapp.languages.words import N_, gettext

#: Below so many seconds a distance is told in units of so many seconds, and of at most so many of them.
_UNITS: tuple[tuple[int, int, formats.Unit, int], ...] = ((3570, 60, "minute", 59), (86400, 3600, "hour", 23))
_ON_WEEKDAYS = (
    N_("Mondays {days}"),
    N_("Tuesdays {days}"),
    N_("Wednesdays {days}"),
    N_("Thursdays {days}"),
    N_("Fridays {days}"),
    N_("Saturdays {days}"),
    N_("Sundays {days}"),
)


def _local(instant: datetime, tz: str) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone cannot be shown")
    return instant.astimezone(ZoneInfo(tz))


def day(instant: datetime, tz: str, now: datetime | None = None) -> str:
    """Sat 13 June"""
    local = _local(instant, tz)
    has_year = now is None or _local(now, tz).year != local.year
    return date_in_words(local.date(), has_year=has_year)


def date_in_words(on: date, *, has_year: bool = False, width: formats.Width = "abbreviated") -> str:
    """Sat 13 June, or with the year: Sat 13 June 2026; `wide`: Saturday 13 June"""
    parts = {"weekday": formats.weekday(on, width), "day": str(on.day), "month": formats.month(on.month)}
    if has_year:
        return gettext("{weekday} {day} {month} {year}", **parts, year=str(on.year))
    return gettext("{weekday} {day} {month}", **parts)


def clock_time(instant: datetime, tz: str) -> str:
    """09:42"""
    return formats.hour_and_minute(_local(instant, tz).time())


def when(instant: datetime, tz: str, now: datetime | None = None) -> str:
    """Sat 13 June, 10:00"""
    return gettext("{day}, {time}", day=day(instant, tz, now), time=clock_time(instant, tz))


def spoken_when(instant: datetime, tz: str, now: datetime) -> str:
    """today at 09:42, tomorrow at 09:00, on Sat 13 June at 10:00"""
    away = (_local(instant, tz).date() - _local(now, tz).date()).days
    time = clock_time(instant, tz)
    if away == -1:
        return gettext("yesterday at {time}", time=time)
    if away == 0:
        return gettext("today at {time}", time=time)
    if away == 1:
        return gettext("tomorrow at {time}", time=time)
    return gettext("on {day} at {time}", day=day(instant, tz, now), time=time)


def span(start: datetime, end: datetime | None, tz: str, now: datetime | None = None) -> str:
    """Sat 13 June, 10:00 to 12:30"""
    if end is None:
        return when(start, tz, now)
    same_day = _local(start, tz).date() == _local(end, tz).date()
    until = clock_time(end, tz) if same_day else when(end, tz, now)
    return gettext("{start} to {end}", start=when(start, tz, now), end=until)


def zone_name(tz: str) -> str:
    """Berlin time"""
    if tz in {"UTC", "Etc/UTC", "GMT", "Etc/GMT", "Zulu"}:
        return "UTC"
    if tz.startswith("Etc/GMT"):  # these names carry the sign the other way round
        return "UTC" + tz[7:].translate(str.maketrans("+-", "-+"))
    return gettext("{city} time", city=city_of(tz))


def city_of(tz: str) -> str:
    """The city a zone is named after: Sao Paulo for America/Sao_Paulo."""
    return tz.rsplit("/", 1)[-1].replace("_", " ")


def iso(instant: datetime) -> str:
    """2026-06-13T08:00:00Z, for the datetime attribute"""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def ago(instant: datetime, now: datetime) -> str:
    """just now, 30 minutes ago, in 2 hours"""
    distance = instant - now
    size = abs(distance.total_seconds())
    if size < 45:
        return gettext("just now")
    sign = 1 if distance > timedelta(0) else -1
    # A day is a whole day: what was today is never called a day ago.
    for limit, seconds, unit, most in _UNITS:
        if size < limit:
            count = min(max(1, round(size / seconds)), most)
            return formats.away(timedelta(seconds=sign * count * seconds), unit)
    return formats.away(timedelta(days=sign * round(size / 86400)), "day")


def month_short(instant: datetime, tz: str) -> str:
    """Jun"""
    return formats.month(_local(instant, tz).month, "abbreviated")


def day_number(instant: datetime, tz: str) -> str:
    """13"""
    return str(_local(instant, tz).day)


def days_list(days: Iterable[date]) -> str:
    """Saturdays 13, 20 and 27 June; 19 to 21 June; Sat 13 June"""
    ordered = sorted(set(days))
    if not ordered:
        return ""
    if len(ordered) == 1:
        return date_in_words(ordered[0])
    first, last = ordered[0], ordered[-1]
    if len(ordered) > 2 and (last - first).days == len(ordered) - 1:
        begins = str(first.day) if first.month == last.month else _day_and_month(first)
        return gettext("{start} to {end}", start=begins, end=_day_and_month(last))
    parts = [
        str(one.day) if after is not None and after.month == one.month else _day_and_month(one)
        for one, after in zip(ordered, [*ordered[1:], None], strict=True)
    ]
    weekdays = {one.weekday() for one in ordered}
    listed = formats.listed(parts)
    return gettext(_ON_WEEKDAYS[weekdays.pop()], days=listed) if len(weekdays) == 1 else listed


def _day_and_month(on: date) -> str:
    return gettext("{day} {month}", day=str(on.day), month=formats.month(on.month))
