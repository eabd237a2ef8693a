"""What stands in a form about programs and classes, read one field at a time, every mistake named in words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict

from webapp.domain.numbers import MAX_ID, parse_whole
from webapp.domain.refusal import Refused
from webapp.views.wording import refusal_sentence

Value = TypeVar("Value")
TITLE_LIMIT, DESCRIPTION_LIMIT = 160, 8000


@dataclass
class Fields:
    """Texts and mistakes by field name. `labels` are what a field is called in a sentence."""

    values: dict[str, str]
    labels: Mapping[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def read(self, name: str, parse: Callable[[str], Value]) -> Any:
        """The field's value, or None with its mistake noted."""
        try:
            return parse(self.values[name])
        except Refused as refused:
            self.errors.setdefault(name, self.sentence(name, refused))
            return None

    def add_error(self, refused: Refused, field_of: Mapping[str, str], *, timezone: str | None = None) -> bool:
        """Name the field that a rule refused; False when it is not about one field."""
        name = field_of.get(refused.code)
        if name is not None:
            self.errors.setdefault(name, refusal_sentence(refused.code, tz=timezone, **refused.facts))
        return name is not None

    def sentence(self, name: str, refused: Refused) -> str:
        """What to enter, not what is invalid."""
        label = self.labels.get(name, name)
        if refused.code == "text_missing":
            return f"Enter {label}"
        if refused.code == "number_invalid" and name in self.labels:
            return f"Enter {label} as a whole number from {refused.facts['low']:,} to {refused.facts['high']:,}"
        return refusal_sentence(refused.code, **refused.facts)


def read_form(form: MultiDict[str, str], names: Iterable[str], labels: Mapping[str, str]) -> Fields:
    """What was sent; a field sent twice is a mistake of its own."""
    names = tuple(names)
    sent = Fields({name: form.get(name, "") for name in names}, labels)
    for name in names:
        if len(form.getlist(name)) > 1:
            sent.errors[name] = "This was sent twice. Enter it once"
    return sent


def choice_of(allowed: Iterable[int], refusal: str) -> Callable[[str], int]:
    """Reads one of these ids; anything else is refused by that code."""
    known = set(allowed)

    def parse(text: str) -> int:
        try:
            chosen = parse_whole(text, low=1, high=MAX_ID, field="choice")
        except Refused:
            raise Refused(refusal) from None
        if chosen not in known:
            raise Refused(refusal)
        return chosen

    return parse


def choice_or_none(allowed: Iterable[int], refusal: str) -> Callable[[str], int | None]:
    """As `choice_of`; left empty it is None."""
    parse = choice_of(allowed, refusal)
    return lambda text: parse(text) if text else None


def switch(text: str) -> bool:
    """A checkbox: sent as 1 or not at all."""
    if text not in {"", "1"}:
        raise Refused("unknown_choice")
    return text == "1"


def whole(name: str, low: int, high: int) -> Callable[[str], int]:
    """Reads a whole number within these bounds."""
    return lambda text: parse_whole(text, low=low, high=high, field=name)
