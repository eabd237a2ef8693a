"""A form as it was sent or is shown: what stands in it, what is wrong with it, and how it is answered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar

from flask import g

from webapp.domain.events.event_draft import parse_wall_time
from webapp.domain.refusal import Refused
from webapp.languages.words import N_
from webapp.views.errors import status_of
from webapp.views.forms.clock_words import local_text, twice_words
from webapp.views.forms.sent import hidden_number, several_fields
from webapp.views.words.refusals import refusal_sentence

Value = TypeVar("Value")
#: A sentence with the refusal's facts in braces, or what makes one of a refusal.
Sentence = str | Callable[[Refused], str]
#: By field and refusal, or by refusal alone.
Sentences = dict[str | tuple[str, str], Sentence]
_TWICE = N_("This was sent twice. Enter it only once")
_OLD_PAGE = N_("This page has expired. Check what you entered and save again")


@dataclass(frozen=True)
class FormKind:
    """One kind of form.

    `names` have one value each, `lists` any number. `sentences` say what to enter, by field and refusal, or by
    refusal alone; what stands in neither is said as everywhere. `field_of` is the field at which a rule's refusal
    is shown ("" for above the form), `otherwise` the one for all others; without it they stand above the form.
    """

    names: Sequence[str]
    lists: Sequence[str] = ()
    sentences: Sentences = field(default_factory=dict)
    field_of: Mapping[str, str] = field(default_factory=dict)
    otherwise: str = ""

    def plus(self, *names: str, **more: Any) -> "FormKind":
        """The same with more fields, and with what else is given in place of its own."""
        return replace(self, names=(*self.names, *names), **more)

    def filled(self, values: Mapping[str, object] | None = None, *, version: int | None = None) -> "Form":
        """The form with these values in it: empty for None and a switch that is off."""
        given = values or {}
        return Form(self, {name: _as_text(given.get(name)) for name in self.names}, version=version)

    def sent(self, *, instead: Mapping[str, str] | None = None, suffix: str = "") -> "Form":
        """The form as it was sent; a field sent twice is a mistake of its own.

        `instead` stands for fields that were left out, `suffix` ends the names of one row of several.
        """
        form = Form(self, {}, {name: several_fields(name + suffix) for name in self.lists})
        for name in self.names:
            sent = several_fields(name + suffix)
            form.values[name] = sent[0] if sent else (instead or {}).get(name, "")
            if len(set(sent)) > 1:
                form.errors[name] = _TWICE
        return form

    def sentence(self, name: str, refused: Refused, **context: Any) -> str:
        """What to enter, not what is invalid."""
        own = self.sentences.get((name, refused.code)) or self.sentences.get(refused.code)
        if own is None:
            return refusal_sentence(refused.code, **{**context, **refused.facts})
        return own.format(**refused.facts) if isinstance(own, str) else own(refused)


@dataclass
class Form:
    """Texts and mistakes by field name, notes to say after saving, and the answer of a rule (`refusal`)."""

    kind: FormKind
    values: dict[str, str]
    lists: dict[str, list[str]] = field(default_factory=dict)
    version: int | None = None
    errors: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    refusal: str | None = None
    refused_as: int | None = None

    @property
    def is_refused(self) -> bool:
        """Whether something is wrong with it, so that its page is shown again."""
        return bool(self.errors or self.refusal)

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows it: 422 with mistakes, else that of the refusal."""
        return self.refused_as or (422 if self.errors else 200)

    def read(self, name: str, parse: Callable[[str], Value]) -> Any:
        """The field's value, or None with its mistake noted."""
        try:
            return parse(self.values[name])
        except Refused as refused:
            self._note(name, refused)
            return None

    def read_instant(self, name: str, timezone: str, *, stored: datetime | None = None, required: bool = True) -> Any:
        """An instant typed on the clocks of that zone, or None: left empty, or with its mistake noted.

        A text that was left alone is the stored instant: a form has minutes, a row has more.
        """
        text = self.values[name].strip()
        if not text and not required:
            return None
        if stored is not None and text.replace("T", " ") == local_text(stored, timezone):
            return stored
        found = self.read(name, lambda text: parse_wall_time(text, timezone))
        if found is None:
            return None
        instant, note = found
        if note == "fold":
            self.notes.append(twice_words(instant, timezone))
        return instant

    def check(self, rule: Callable[[], Value], **context: Any) -> Any:
        """What a rule or service answers, or None with its refusal said in the form; not asked of a refused form."""
        if self.is_refused:
            return None
        try:
            return rule()
        except Refused as refused:
            self.refuse(refused, **context)
            return None

    def require_version(self, sentence: str = _OLD_PAGE) -> None:
        """Take the version of what was on the page; without a readable one it is an old page."""
        self.version = hidden_number("version")
        if self.version is None:
            self.errors["version"] = sentence

    def refuse(self, refused: Refused, *, version: int | None = None, said: str | None = None, **context: Any) -> None:
        """Say a refusal at its field, else above the form; `version` is what stands now.

        `said` is the sentence above the form where the view knows a better one, `context` what the sentence needs
        besides the refusal's facts: `tz`, `now`.
        """
        self.refused_as = status_of(refused)
        self.version = self.version if version is None else version
        named = refused.facts.get("field")
        usual = named if named in self.kind.names else self.kind.otherwise
        name = self.kind.field_of.get(refused.code, usual)
        if name:
            self._note(str(name), refused, **context)
        else:
            g.refusal = refused.code
            self.refusal = said or self.kind.sentence("", refused, **context)

    def _note(self, name: str, refused: Refused, **context: Any) -> None:
        g.refusal = refused.code
        self.errors.setdefault(name, self.kind.sentence(name, refused, **context))


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, Enum):
        return str(value.value)
    return "" if value is None else str(value)
