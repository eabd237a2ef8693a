"""Event days and places of check-ins in words. Days are dates already, and need no zone to be said."""

from collections.abc import Iterable, Sequence
from datetime import date

from webapp.domain.desk.check_in import CheckInMethod
from webapp.languages import formats
from webapp.languages.words import N_, gettext
from webapp.views.words.instants import date_in_words

#: Where a check-in was made that no desk made.
_WITHOUT_A_DESK = {CheckInMethod.OVERRIDE: N_("by an admin"), CheckInMethod.ONLINE: N_("online")}


def place_in_words(desk: str, method: str) -> str:
    """The desk that made a check-in, or in words who did it without one."""
    return desk or str(_WITHOUT_A_DESK.get(CheckInMethod(method), N_("at a desk")))


def day_in_words(on: date, today: date | None = None) -> str:
    """Sat 20 June, with the year when it is not this one."""
    return date_in_words(on, has_year=today is None or today.year != on.year)


def event_day_in_words(days: Sequence[date], on: date, today: date | None = None) -> str:
    """Sat 20 June (day 2 of 3); for an event of one day only the date"""
    words = day_in_words(on, today)
    if len(days) < 2 or on not in days:
        return words
    return gettext("{date} (day {day} of {days})", date=words, day=days.index(on) + 1, days=len(days))


def earlier_days(days: Sequence[date], there: Iterable[date], on: date) -> str:
    """day 1; days 1 and 2; days 1, 2 and 4: the days before this one with a check-in."""
    numbers = [str(number) for number, day in enumerate(days, start=1) if day < on and day in set(there)]
    if len(numbers) < 2:
        return gettext("day {number}", number=numbers[0]) if numbers else ""
    return gettext("days {numbers}", numbers=formats.listed(numbers))
