"""Event days and places of check-ins in words. Days are dates already, and need no zone to be said."""

from collections.abc import Iterable, Sequence
from datetime import date

from webapp.views.instants import MONTHS, WEEKDAYS

#: Where a check-in was made that no desk made.
_WITHOUT_A_DESK = {"override": "by an admin", "online": "online"}


def place_in_words(desk: str, method: str) -> str:
    """The desk that made a check-in, or in words who did it without one."""
    return desk or _WITHOUT_A_DESK.get(method, "at a desk")


def day_in_words(on: date, today: date | None = None) -> str:
    """Sat 20 June, with the year when it is not this one."""
    year = "" if today is not None and today.year == on.year else f" {on.year}"
    return f"{WEEKDAYS[on.weekday()][:3]} {on.day} {MONTHS[on.month - 1]}{year}"


def number_of_day(days: Sequence[date], on: date) -> str:
    """(day 2 of 3), or nothing for an event of one day"""
    return f" (day {days.index(on) + 1} of {len(days)})" if len(days) > 1 and on in days else ""


def earlier_days(days: Sequence[date], there: Iterable[date], on: date) -> str:
    """day 1; days 1 and 2; days 1, 2 and 4: the days before this one with a check-in."""
    numbers = [str(number) for number, day in enumerate(days, start=1) if day < on and day in set(there)]
    if len(numbers) < 2:
        return f"day {numbers[0]}" if numbers else ""
    return f"days {', '.join(numbers[:-1])} and {numbers[-1]}"
