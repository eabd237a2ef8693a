"""When sessions of a class or dates of a series recur: an RFC 5545 rule of few words, judged before it is expanded.

Every rule that passes meets at least once in twelve months or ends; what could search for a
date that never comes (a Monday on every seventh day from a Tuesday) cannot be written.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from webapp.domain.event_days import on_the_clock
from webapp.domain.refusal import Refused

#: Sessions that one rule may give.
MOST_SESSIONS = 400
LONGEST_RULE = 300
SHORTEST_MINUTES, LONGEST_MINUTES = 1, 1440
_MOST_INTERVAL = 366


class Frequency(StrEnum):
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


class Scope(StrEnum):
    """Which sessions or dates of a rule: this one, this and what comes after it, or all that did not begin yet."""

    THIS = "this"
    FROM_HERE = "from_here"
    ALL = "all"


#: The parts a rule of each frequency may have.
_PARTS = {
    Frequency.DAILY: {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"},
    Frequency.WEEKLY: {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY"},
    Frequency.MONTHLY: {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYSETPOS"},
}
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FINER = {"SECONDLY", "MINUTELY", "HOURLY"}
_FINER_PARTS = {"BYHOUR", "BYMINUTE", "BYSECOND"}
_PART = re.compile(r"[A-Z]{4,10}=[A-Z0-9,+-]{1,120}")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_MONTH_DAY = re.compile(r"-?(?:[1-9]|[12][0-9]|3[01])")
_NTH_DAY = re.compile(r"-?[1-5](?:MO|TU|WE|TH|FR|SA|SU)")


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule that was judged. `text` is its one spelling; `until_on` the last date it may give."""

    text: str
    frequency: Frequency
    count: int | None
    until_on: date | None


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """Sessions to be planned: a rule from a date on, a wall-clock time, a length, a place and a teacher.

    With `online_kind` they are held online, too. With `skips_days_off` none is planned on a date on which the
    facility is closed; a rule of so many sessions gives fewer then.
    """

    rule: Recurrence
    starts_on: date
    at: time
    minutes: int
    room_id: int | None
    instructor_id: int | None
    online_kind: str | None = None
    skips_days_off: bool = False


def parse_rule(text: str) -> Recurrence:
    """Read `FREQ=WEEKLY;BYDAY=MO,WE;COUNT=12` (with or without `RRULE:`), in any case of letters.

    Raises `rrule_too_frequent` for anything more often than daily, `too_many_sessions` for a
    count that no class has, and `rrule_invalid` for everything else that is not understood.
    """
    words = text.strip().upper().removeprefix("RRULE:").rstrip(";")
    if len(words) > LONGEST_RULE:
        raise Refused("rrule_invalid")
    parts = _split(words)
    if parts.get("FREQ") in _FINER or _FINER_PARTS & set(parts):
        raise Refused("rrule_too_frequent")
    frequency = _frequency(parts)
    if not set(parts) <= _PARTS[frequency]:
        raise Refused("rrule_invalid")
    _require_days(parts, frequency)
    count, until_on = _end(parts)
    return Recurrence(";".join(f"{name}={value}" for name, value in parts.items()), frequency, count, until_on)


def _split(words: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in words.split(";"):
        name, _, value = part.partition("=")
        if not _PART.fullmatch(part) or name in parts:
            raise Refused("rrule_invalid")
        parts[name] = value
    return parts


def _frequency(parts: dict[str, str]) -> Frequency:
    try:
        frequency = Frequency(parts["FREQ"])
    except (KeyError, ValueError):
        raise Refused("rrule_invalid") from None
    interval = parts.get("INTERVAL", "1")
    if not _NUMBER.fullmatch(interval) or int(interval) > _MOST_INTERVAL:
        raise Refused("rrule_invalid")
    if parts.get("WKST", "MO") not in WEEKDAYS:
        raise Refused("rrule_invalid")
    return frequency


def _require_days(parts: dict[str, str], frequency: Frequency) -> None:
    """Days that exist: weekdays, numbered ones in a month only, and the first or last of them."""
    days = parts["BYDAY"].split(",") if "BYDAY" in parts else []
    plain = all(one in WEEKDAYS for one in days)
    numbered = frequency is Frequency.MONTHLY and all(one in WEEKDAYS or _NTH_DAY.fullmatch(one) for one in days)
    if len(set(days)) != len(days) or not (plain or numbered):
        raise Refused("rrule_invalid")
    if "BYMONTHDAY" in parts and (days or not all(map(_MONTH_DAY.fullmatch, parts["BYMONTHDAY"].split(",")))):
        raise Refused("rrule_invalid")
    if "BYSETPOS" in parts and not (parts["BYSETPOS"] in {"1", "-1"} and days and plain):
        raise Refused("rrule_invalid")


def _end(parts: dict[str, str]) -> tuple[int | None, date | None]:
    if {"COUNT", "UNTIL"} <= set(parts):
        raise Refused("rrule_invalid")
    if "COUNT" in parts:
        if not _NUMBER.fullmatch(parts["COUNT"]):
            raise Refused("rrule_invalid")
        count = int(parts["COUNT"])
        if count > MOST_SESSIONS:
            raise Refused("too_many_sessions", most=MOST_SESSIONS)
        return count, None
    if "UNTIL" not in parts:
        return None, None
    try:
        return None, datetime.strptime(parts["UNTIL"], "%Y%m%d").date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        raise Refused("rrule_invalid") from None


def require_inside(plan: SessionPlan, *, starts_on: date, ends_on: date) -> None:
    """Refuse, before expanding, a plan that begins or ends outside the class.

    Raises `rule_before_class`, `rrule_beyond_class`, `minutes_out_of_range`.
    """
    if not starts_on <= plan.starts_on <= ends_on:
        raise Refused("rule_before_class", starts_on=starts_on, ends_on=ends_on)
    if plan.rule.until_on is not None and plan.rule.until_on > ends_on:
        raise Refused("rrule_beyond_class", ends_on=ends_on)
    require_minutes(plan.minutes)


def require_minutes(minutes: int) -> None:
    """Refuse a length that no session has (`minutes_out_of_range`)."""
    if not SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
        raise Refused("minutes_out_of_range")


def session_times(local_on: date, at: time, minutes: int, timezone: str) -> tuple[datetime, datetime]:
    """Start and end (UTC) of a session at that wall-clock time.

    A time that the clocks skip is refused (`time_skipped`); one that comes twice is the first.
    The length is real: 90 minutes stay 90 minutes through a night when the clocks move.
    """
    starts_at = on_the_clock(local_on, at, timezone).at
    return starts_at, starts_at + timedelta(minutes=minutes)
