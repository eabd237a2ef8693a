"""Texts that the product itself writes into rows: reasons of a trail, notes, why an email failed.

They are kept in English, as they were said, and nobody rewrites a trail. Where one is shown, `kept_text` finds it here
and says it in the reader's language; what people wrote themselves is found nowhere and stays as it is.
"""

import re
from collections.abc import Callable
from functools import cache

from webapp.languages.formats import listed
from webapp.languages.words import N_, gettext, n_, ngettext

#: A message, or the two forms of one that is counted, with {n}.
_Message = str | tuple[str, str]

_TEXTS: tuple[_Message, ...] = (
    # Trails of events and classes.
    N_("A place opened"),
    N_("Took a free place after the start"),
    N_("Accepted an offered place"),
    N_("Declined an offered place"),
    N_("Two offered places were not answered"),
    N_("Came back into the line"),
    N_("First in line, was at the door"),
    N_("Imported from {file}"),
    N_("Over the limit: {reason}"),
    N_("Said yes to an invitation"),
    N_("Put at number {position} on the waitlist: {reason}"),
    N_("Enrollment was changed to first come, first served"),
    N_("From the standby line"),
    N_("Not checked in, so the place was given to someone at the door"),
    N_("The place was free again"),
    N_("Never came to the desk"),
    N_("Checked in"),
    N_("Never checked in"),
    N_("Not checked in on the day of the event"),
    N_("Checked in on at least {required} of {total} days"),
    N_("Checked in on fewer than {required} of {total} days"),
    N_("Present in an online session"),
    N_("The online session was measured again and no longer counts for this day"),
    N_("Late evidence of an online session"),
    N_("The class ended before a place opened"),
    N_("Moved to {facility}: {reason}"),
    N_("The facility’s time zone changed from {old_zone} to {new_zone}"),
    N_("The account was deleted"),
    N_("Their teacher left the team"),
    N_("Two records of one person were merged"),
    N_("The merge was undone"),
    N_("Removed on request"),
    # Who did it, where that is nobody.
    N_("System"),
    N_("Import of {file}"),
    N_("Deleted person"),
    # Notifications.
    n_("{n} outcome is undecided.", "{n} outcomes are undecided."),
    # Reports of online sessions.
    N_("Phone"),
    N_("Phone ending in {digits}"),
    N_("The video server told us nothing about this session."),
    n_(
        "No leave was reported: closed at the scheduled end.",
        "No leave was reported for {n} stays: closed at the scheduled end.",
    ),
    n_(
        "No leave was reported: closed when the room was, {before} before the scheduled end.",
        "No leave was reported for {n} stays: closed when the room was, {before} before the scheduled end.",
    ),
    n_(
        "No leave was reported: closed when the room was, {before} before the scheduled end "
        "and closed at the scheduled end.",
        "No leave was reported for {n} stays: closed when the room was, {before} before the scheduled end "
        "and closed at the scheduled end.",
    ),
    n_(
        "No leave was reported: there for {least} at least and {most} at most.",
        "No leave was reported for {n} stays: there for {least} at least and {most} at most.",
    ),
    n_(
        "No leave was reported: there for {least} at least and {most} at most, which comes to the same.",
        "No leave was reported for {n} stays: there for {least} at least and {most} at most, which comes to the same.",
    ),
    # Emails and scheduled jobs.
    N_("The account was closed"),
    N_("The organization is suspended"),
    N_("This email can’t be written: {error}"),
    N_("The email server can’t be used: {error}"),
    N_("The email server hung up: {error}"),
    N_("The email server didn’t answer: {error}"),
    N_("The email server stopped answering: {error}"),
    N_("The email server took the email, but never said whether it keeps it: {error}"),
    N_("The email server doesn’t accept addresses with these letters"),
    N_("MAIL_URL names no host"),
    N_("it offers no encryption, so the password wasn’t sent"),
    N_("Every worker that took this up was ended"),
    # A column of a guest list without a heading.
    N_("Column {column}"),
)
#: What rows from before say -> today's message.
_FORMER = {
    "The online session was measured anew and does not count for this day any more": N_(
        "The online session was measured again and no longer counts for this day"
    ),
    "The video server told us nothing of this session.": N_("The video server told us nothing about this session."),
    "This mail cannot be written: {error}": N_("This email can’t be written: {error}"),
    "The mail server cannot be used: {error}": N_("The email server can’t be used: {error}"),
    "The mail server hung up: {error}": N_("The email server hung up: {error}"),
    "The mail server did not answer: {error}": N_("The email server didn’t answer: {error}"),
    "The mail server answered no more: {error}": N_("The email server stopped answering: {error}"),
    "The mail server took the letter and never said whether it keeps it: {error}": N_(
        "The email server took the email, but never said whether it keeps it: {error}"
    ),
    "The mail server takes no addresses with such letters": N_(
        "The email server doesn’t accept addresses with these letters"
    ),
    "it offers no encryption; the password was not sent": N_("it offers no encryption, so the password wasn’t sent"),
}
#: Said after "Cannot be decided: " in a trail, several joined by "and" -> a sentence of its own.
_DOUBTS = {
    "the video server told us nothing about an online session": N_(
        "The video server told us nothing about an online session."
    ),
    "people in the room of an online session could not be matched": N_(
        "People in the room of an online session couldn’t be matched."
    ),
    "an online session could not be measured": N_("An online session couldn’t be measured."),
}

_LENGTH = re.compile(r"(\d+) (min|s)")
_GAP = re.compile(r"\{(\w+)\}")
_ONE_LENGTH = r"\d+ (?:min|s)"
_ONE_DOUBT = "|".join(_DOUBTS)
#: What stands for a name in a kept text; of the others anything does.
_SHAPES = {
    **dict.fromkeys(("n", "required", "total", "digits", "column", "position"), r"\d+"),
    **dict.fromkeys(("before", "least", "most"), f"{_ONE_LENGTH}(?: and {_ONE_LENGTH})*"),
    "doubts": f"(?:{_ONE_DOUBT})(?: and (?:{_ONE_DOUBT}))*",
}


def kept_text(text: str) -> str:
    """A text of a row in the reader's language, if the product wrote it; somebody's own text as it is."""
    for pattern, say in _patterns():
        found = pattern.fullmatch(text)
        if found:
            return say({name: _shown(name, value) for name, value in found.groupdict().items()})
    return text


@cache
def _patterns() -> list[tuple[re.Pattern[str], Callable[[dict[str, object]], str]]]:
    known = [(form, message) for message in _TEXTS for form in _forms(message)]
    patterns = [(_pattern(form), _saying(message)) for form, message in (*known, *_FORMER.items())]
    return [*patterns, (_pattern("Cannot be decided: {doubts}"), lambda values: str(values["doubts"]))]


def _forms(message: _Message) -> tuple[str, ...]:
    return message if isinstance(message, tuple) else (message,)


def _pattern(text: str) -> re.Pattern[str]:
    parts = _GAP.split(text)
    return re.compile(
        "".join(
            f"(?P<{part}>{_SHAPES.get(part, '.+')})" if at % 2 else re.escape(part) for at, part in enumerate(parts)
        ),
        re.DOTALL,
    )


def _saying(message: _Message) -> Callable[[dict[str, object]], str]:
    if isinstance(message, tuple):
        one, many = message
        return lambda values: ngettext(one, many, int(str(values.get("n", 1))), **{**values, "n": values.get("n", 1)})
    return lambda values: gettext(message, **values)


def _shown(name: str, value: str) -> object:
    if name in {"before", "least", "most"}:
        return listed([_length(int(number), unit) for number, unit in _LENGTH.findall(value)])
    if name == "doubts":
        return " ".join(gettext(sentence) for doubt, sentence in _DOUBTS.items() if doubt in value)
    if name == "error":
        return kept_text(value)
    return int(value) if name in {"n", "required", "total", "column", "position"} else value


def _length(number: int, unit: str) -> str:
    return gettext("{n} min", n=number) if unit == "min" else gettext("{n} s", n=number)
