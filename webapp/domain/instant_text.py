"""Instants as people type them in a shell or a field: `2026-06-12T22:00Z`, `+1h30m`, `real`."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from webapp.domain.refusal import Refused

_INSTANT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?"
    r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))?"
)
_SHIFT = re.compile(r"([+-])(?=[0-9])(?:([0-9]{1,5})d)?(?:([0-9]{1,5})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,7})s)?")
#: Nobody shows an event outside these years, and every computation stays in range within them.
_FIRST, _LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2150, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ClockSetting:
    """Where the clock shall stand: at `at`, `by` further than now, or (neither) at the real time."""

    at: datetime | None = None
    by: timedelta | None = None

    def offset_from_real(self, *, now: datetime, real_now: datetime) -> timedelta:
        """How far from the real time that is. `now` is the product's. Raises `instant_out_of_range`."""
        if self.at is None and self.by is None:
            return timedelta(0)
        target = self.at if self.at is not None else now + (self.by or timedelta(0))
        return _in_range(target) - real_now


def parse_instant(text: str) -> datetime:
    """An instant as aware UTC; without a zone it is read as UTC.

    Raises `instant_invalid` for any other spelling and for dates or times that do not
    exist, `instant_out_of_range` outside the years 1990 to 2149.
    """
    found = _INSTANT.fullmatch(text.strip())
    if found is None:
        raise Refused("instant_invalid", text=text[:40])
    year, month, day, hour, minute = (int(part) for part in found.groups()[:5])
    second, sign, zone_hours, zone_minutes = found.groups()[5:]
    away = timedelta(hours=int(zone_hours or 0), minutes=int(zone_minutes or 0))
    if away > timedelta(hours=14):
        raise Refused("instant_invalid", text=text[:40])
    try:
        wall = datetime(year, month, day, hour, minute, int(second or 0), tzinfo=UTC)
        return _in_range(wall + away if sign == "-" else wall - away)
    except (ValueError, OverflowError):
        raise Refused("instant_invalid", text=text[:40]) from None


def parse_clock(text: str) -> ClockSetting:
    """`real`, a shift such as `+1h`, `-30m`, `+2d` or `+1d12h`, or an instant."""
    words = text.strip()
    if words.lower() == "real":
        return ClockSetting()
    found = _SHIFT.fullmatch(words)
    if found is None:
        return ClockSetting(at=parse_instant(words))
    sign, *amounts = found.groups()
    days, hours, minutes, seconds = (int(amount or 0) for amount in amounts)
    by = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return ClockSetting(by=-by if sign == "-" else by)


def _in_range(instant: datetime) -> datetime:
    if not _FIRST <= instant < _LAST:
        raise Refused("instant_out_of_range", first=_FIRST.year, last=_LAST.year - 1)
    return instant
