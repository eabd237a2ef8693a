"""One strike: half of one or a whole, from the end of its event until it fades.

Why it is so: docs/decisions/139-no-show-policy.md.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from webapp.domain.event_days import local_date

#: Strikes are counted in halves: whoever does not come gets a whole one, whoever cancels late half of it.
WHOLE, HALF = 2, 1


@dataclass(frozen=True, slots=True)
class Strike:
    """Counts from `ended_at` (inclusive) until `fades_at` (exclusive), which is when `fades_on` begins in its zone."""

    ended_at: datetime
    fades_on: date
    fades_at: datetime
    halves: int = WHOLE

    def counts_at(self, now: datetime) -> bool:
        return self.ended_at <= now < self.fades_at


def fades_on(ended_on: date, days: int, closed: Sequence[date]) -> date:
    """The first date on which a strike no longer counts: it counts on `days` dates, that of its end included.

    `closed`: dates on which the facility is closed, in order; they are not counted.
    """
    before = bisect_left(closed, ended_on)
    until = ended_on + timedelta(days=days)
    while True:
        off = bisect_left(closed, until) - before
        further = ended_on + timedelta(days=days + off)
        if further == until:
            return until
        until = further


def strike_of(ended_at: datetime, timezone: str, *, days: int, closed: Sequence[date], halves: int = WHOLE) -> Strike:
    """The strike of an event that ended then, in its timezone (IANA name)."""
    last = fades_on(local_date(ended_at, timezone), days, closed)
    return Strike(ended_at, last, datetime.combine(last, time.min, ZoneInfo(timezone)).astimezone(UTC), halves)
