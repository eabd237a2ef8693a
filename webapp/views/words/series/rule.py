"""A rule of recurrence in words."""

from webapp.domain.recurrence import WEEKDAYS, Frequency
from webapp.languages import formats
from webapp.languages.words import gettext
from webapp.views.words.formatting import plural


def rule_words(text: str) -> str:
    """“Every other week on Thursday”; "" for a single date or a rule that has no short words."""
    parts = dict(part.split("=", 1) for part in text.split(";") if "=" in part)
    days = parts.get("BYDAY", "").split(",") if "BYDAY" in parts else []
    if parts.get("COUNT") == "1" or "BYSETPOS" in parts or not set(days) <= set(WEEKDAYS):
        return _monthly(parts) if parts.get("FREQ") == Frequency.MONTHLY and len(days) == 1 else ""
    said = _every(parts.get("FREQ", ""), int(parts.get("INTERVAL", "1")))
    names = formats.weekdays()
    on = formats.listed([names[WEEKDAYS.index(day)] for day in days])
    return gettext("{often} on {days}", often=said, days=on) if on and said else said


def _every(frequency: str, interval: int) -> str:
    if frequency == Frequency.WEEKLY:
        return plural(interval, "Every week", "Every {n} weeks")
    if frequency == Frequency.DAILY:
        return plural(interval, "Every day", "Every {n} days")
    return plural(interval, "Every month", "Every {n} months")


def _monthly(parts: dict[str, str]) -> str:
    """On the same weekday of the month."""
    if parts.get("COUNT") == "1" or "BYSETPOS" in parts:
        return ""
    day = formats.weekdays()[WEEKDAYS.index(parts["BYDAY"][-2:])]
    said = _every(Frequency.MONTHLY, int(parts.get("INTERVAL", "1")))
    return gettext("{often} on the same {day}", often=said, day=day)
