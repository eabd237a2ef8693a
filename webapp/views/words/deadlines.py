"""Hours that decide about places, as the form of an event offers them: until when people can cancel, for how long a
place is held, when nobody moves up any more."""

from collections.abc import Callable, Sequence

from webapp.domain.places.standby import USUAL_MINUTES
from webapp.languages.words import gettext, ngettext

#: What the choice is called that asks for a number.
ANOTHER = "another"
_HOURS, _DAY = (2, 12, 24, 48, 168), 24
_DELAY_MINUTES = (0, 30, 60, 120)
_STANDBY_MINUTES = (0, 5, 10, USUAL_MINUTES, 20, 30)
_OFFER_HOURS, _LAST_CALL_HOURS = (2, 6, 12, 24), (1, 2, 12, 24)
#: Up to two days are said in hours, as people say them.
_LONGEST_IN_HOURS = 48


def deadline_options() -> list[tuple[str, str]]:
    """Each choice and its words; blank is none."""
    return _choices(deadline_words, _HOURS)


def deadline_words(hours: int | None) -> str:
    """24 hours before the start"""
    if hours is None:
        return gettext("Until the event starts")
    if hours > _LONGEST_IN_HOURS and hours % _DAY == 0:
        return ngettext("{n} day before the start", "{n} days before the start", hours // _DAY)
    return ngettext("{n} hour before the start", "{n} hours before the start", hours)


def offer_options() -> list[tuple[str, str]]:
    """Each choice and its words; blank gives the place at once."""
    return _choices(offer_words, _OFFER_HOURS)


def offer_words(hours: int | None) -> str:
    """Hold it for up to 12 hours"""
    if hours is None:
        return gettext("Give it to the next person")
    return ngettext("Hold it for up to {n} hour", "Hold it for up to {n} hours", hours)


def last_call_options() -> list[tuple[str, str]]:
    """Each choice and its words; blank is the start."""
    return _choices(deadline_words, _LAST_CALL_HOURS)


def delay_options(stored: int) -> list[tuple[str, str]]:
    """Minutes after the end, and their words; 0 is at once, and what is stored is one of them."""
    return [(str(minutes), delay_words(minutes)) for minutes in sorted({*_DELAY_MINUTES, stored})]


def delay_words(minutes: int) -> str:
    """30 minutes after the end"""
    if not minutes:
        return gettext("When it ends")
    return ngettext("{n} minute after the end", "{n} minutes after the end", minutes)


def standby_options(stored: int | None) -> list[tuple[str, str]]:
    """Minutes after the start, and their words; blank is no line, and what is stored is one of them."""
    minutes = sorted({*_STANDBY_MINUTES, *(() if stored is None else (stored,))})
    return [("", standby_words(None)), *((str(one), standby_words(one)) for one in minutes)]


def standby_words(minutes: int | None) -> str:
    """From 15 minutes after the start"""
    if minutes is None:
        return gettext("No standby line")
    if not minutes:
        return gettext("From the start")
    return ngettext("From {n} minute after the start", "From {n} minutes after the start", minutes)


def _choices(words: Callable[[int | None], str], hours: Sequence[int]) -> list[tuple[str, str]]:
    return [
        ("", words(None)),
        *((str(one), words(one)) for one in hours),
        (ANOTHER, gettext("Another number of hours")),
    ]
