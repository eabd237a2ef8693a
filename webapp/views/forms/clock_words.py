"""Times in forms: how they are written, and what is said where the clocks are moved."""

from datetime import datetime
from zoneinfo import ZoneInfo

from webapp.domain.refusal import Refused
from webapp.languages import formats
from webapp.languages.words import gettext
from webapp.views.words.instants import city_of, clock_time


def local_text(instant: datetime | None, timezone: str) -> str:
    """An instant as a form writes it: 2026-06-13 10:00 on the clocks of that zone."""
    return "" if instant is None else f"{instant.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"


def skipped_words(refused: Refused) -> str:
    """Which time the clocks skip (`time_skipped`), and which is meant."""
    skipped, meant, timezone = (refused.facts[name] for name in ("skipped", "meant", "timezone"))
    city = city_of(str(timezone))
    return gettext(
        "{short} doesn’t exist in {city} that day, because the clocks go forward. Enter {time} instead",
        short=_short(skipped, "UTC"),
        city=city,
        time=clock_time(meant, timezone),
    )


def twice_words(instant: datetime, timezone: str) -> str:
    """Said after saving: the clocks show that time twice, and which of the two was taken."""
    return gettext(
        "{short} happens twice in {city} that day, because the clocks go back. We use the first one.",
        short=_short(instant, timezone),
        city=city_of(timezone),
    )


def _short(instant: datetime, timezone: str) -> str:
    """02:30 on 29 March"""
    local = instant.astimezone(ZoneInfo(timezone))
    return gettext(
        "{time} on {day} {month}",
        time=formats.hour_and_minute(local.time()),
        day=str(local.day),
        month=formats.month(local.month),
    )
