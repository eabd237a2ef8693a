"""From the text of one field to its value; each raises `Refused` for what it cannot be."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from webapp.domain.numbers import MAX_ID, parse_whole
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line, clean_prose
from webapp.languages.words import N_

Value = TypeVar("Value")
TITLE_LIMIT, DESCRIPTION_LIMIT = 160, 8000
#: What to enter instead, where the field is called `description`.
DESCRIPTION_SENTENCES: dict[str | tuple[str, str], Any] = {
    ("description", "text_too_long"): N_("Shorten the description to {limit} characters"),
    ("description", "text_broken"): N_("Remove characters that can’t be displayed from the description"),
}


def line(limit: int) -> Callable[[str], str]:
    """One line of text that is not empty (`clean_line`)."""
    return lambda text: clean_line(text, limit=limit, field="text")


def line_or_empty(limit: int) -> Callable[[str], str]:
    """One line of text; blank it is ""."""
    return lambda text: clean_line(text, limit=limit, field="text") if text.strip() else ""


def prose(limit: int, *, required: bool = False) -> Callable[[str], str]:
    """Text of several lines (`clean_prose`)."""
    return lambda text: clean_prose(text, limit=limit, field="text", required=required)


def whole(low: int, high: int) -> Callable[[str], int]:
    """A whole number within these bounds, or `number_invalid`."""
    return lambda text: parse_whole(text, low=low, high=high, field="number")


def or_none(parse: Callable[[str], Value]) -> Callable[[str], Value | None]:
    """As `parse`; a blank text is None."""
    return lambda text: parse(text) if text.strip() else None


def switch(text: str) -> bool:
    """A checkbox: sent as 1 or not at all, or `unknown_choice`."""
    if text not in {"", "1"}:
        raise Refused("unknown_choice")
    return text == "1"


def confirmation(text: str) -> bool:
    """A checkbox without which nothing happens, or `confirmation_missing`."""
    if not switch(text):
        raise Refused("confirmation_missing")
    return True


def one_of(options: Iterable[Value], refusal: str = "unknown_choice") -> Callable[[str], Value]:
    """One of these words, or of these members of an enumeration by its value; all else is refused by that code."""
    known = {str(getattr(option, "value", option)): option for option in options}

    def parse(text: str) -> Value:
        if text not in known:
            raise Refused(refusal)
        return known[text]

    return parse


def row_id(refusal: str) -> Callable[[str], int]:
    """The id of some row, refused by that code where it cannot be one."""

    def parse(text: str) -> int:
        try:
            return parse_whole(text, low=1, high=MAX_ID, field="id")
        except Refused:
            raise Refused(refusal) from None

    return parse
