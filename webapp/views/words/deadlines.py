"""Until when people can cancel, as the form of an event offers it."""

from webapp.languages.words import gettext, ngettext

#: What the choice is called that asks for a number.
ANOTHER = "another"
_HOURS, _DAY = (2, 12, 24, 48, 168), 24
#: Up to two days are said in hours, as people say them.
_LONGEST_IN_HOURS = 48


def deadline_options() -> list[tuple[str, str]]:
    """Each choice and its words; blank is none."""
    return [
        ("", gettext("Until the event starts")),
        *((str(hours), deadline_words(hours)) for hours in _HOURS),
        (ANOTHER, gettext("Another number of hours")),
    ]


def deadline_words(hours: int | None) -> str:
    """24 hours before the start"""
    if hours is None:
        return gettext("Until the event starts")
    if hours > _LONGEST_IN_HOURS and hours % _DAY == 0:
        return ngettext("{n} day before the start", "{n} days before the start", hours // _DAY)
    return ngettext("{n} hour before the start", "{n} hours before the start", hours)
