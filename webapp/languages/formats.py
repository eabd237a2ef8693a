"""Numbers, names of days and months, hours, lists and zones as the reader's language writes them (CLDR)."""

import math
from collections.abc import Sequence
from datetime import date, time, timedelta
from functools import cache, lru_cache
from typing import Literal

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, format_timedelta, get_day_names, get_month_names
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from webapp.languages.language import spoken

Width = Literal["abbreviated", "wide"]
Unit = Literal["minute", "hour", "day"]


def number(value: int) -> str:
    """1,200"""
    return _number(value, spoken().locale)


def decimal(value: float) -> str:
    """4.3, always with one place."""
    return format_decimal(value, format="#,##0.0", locale=spoken().locale)


def percent(share: float) -> str:
    """86%, of a share between 0 and 1."""
    return format_percent(share, locale=spoken().locale)


def weekday(day: date, width: Width = "wide") -> str:
    """Saturday, or abbreviated: Sat"""
    return _weekdays(spoken().locale, width)[day.weekday()]


def weekdays(width: Width = "wide") -> list[str]:
    """Monday to Sunday."""
    return list(_weekdays(spoken().locale, width))


def month(number_of_month: int, width: Width = "wide") -> str:
    """June, or abbreviated: Jun"""
    return _months(spoken().locale, width)[number_of_month]


def hour_and_minute(at: time) -> str:
    """09:42"""
    return _clock(at.hour, at.minute, spoken().locale)


def long_date(day: date) -> str:
    """13 June 2026"""
    return format_date(day, "long", locale=spoken().locale)


def month_and_year(day: date) -> str:
    """June 2026"""
    return format_skeleton("yMMMM", day, locale=spoken().locale)


def full_day(day: date) -> str:
    """Saturday 13 June, as a sentence to one reader says it."""
    return format_skeleton("MMMMEEEEd", day, locale=spoken().locale)


def listed(items: Sequence[str]) -> str:
    """Mei, Ana and Farah"""
    return format_list(items, locale=spoken().locale)


def away(distance: timedelta, unit: Unit) -> str:
    """in 2 hours, 30 minutes ago: in units of `minute`, `hour` or `day`."""
    return format_timedelta(distance, granularity=unit, threshold=math.inf, add_direction=True, locale=spoken().locale)


@cache
def _clock(hour: int, minute: int, locale: Locale) -> str:
    return format_time(time(hour, minute), "short", locale=locale)


@lru_cache(maxsize=4096)
def _number(value: int, locale: Locale) -> str:
    return format_decimal(value, locale=locale)


@cache
def _weekdays(locale: Locale, width: Width) -> tuple[str, ...]:
    names = get_day_names(width, "format", locale)
    return tuple(names[day] for day in range(7))


@cache
def _months(locale: Locale, width: Width) -> dict[int, str]:
    return dict(get_month_names(width, "format", locale))
