"""What an instant means to somebody who asks who had which status then."""

import re
from datetime import datetime, timedelta

from webapp.domain.events.event_draft import parse_wall_time
from webapp.domain.refusal import Refused

#: To the minute as everywhere, and a second behind it for who needs one.
_TYPED = re.compile(r"(.{16})(?::([0-5][0-9]))?")


def parse_past_instant(text: str, timezone: str, now: datetime) -> tuple[datetime, str | None]:
    """`2026-06-13 18:04` or `2026-06-13T18:04:07` on those clocks, as an instant; with "fold" if it comes twice.

    Raises what `parse_wall_time` refuses; `instant_to_come`: nobody knows yet.
    """
    found = _TYPED.fullmatch(text.strip())
    if found is None:
        raise Refused("wall_time_invalid")
    minute, note = parse_wall_time(found[1], timezone)
    instant = minute + timedelta(seconds=int(found[2] or 0))
    if instant > now:
        raise Refused("instant_to_come")
    return instant, note


def first_later(instant: datetime) -> datetime:
    """From when on a move is later than that instant: moves are compared to the second, as the trail shows them."""
    return instant.replace(microsecond=0) + timedelta(seconds=1)
