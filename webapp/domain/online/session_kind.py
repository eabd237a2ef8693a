"""Kinds of online sessions, as data: a name, a grace time, thresholds, and what a report has besides."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from webapp.domain.numbers import parse_whole
from webapp.domain.online.presence import Thresholds
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_prose


class FieldType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class ReportField:
    """One thing that staff may note about a person's session; every one may stay empty.

    `limit` is the longest text or the highest number; `choices` are (word, label).
    """

    name: str
    label: str
    type: FieldType
    limit: int = 200
    choices: tuple[tuple[str, str], ...] = ()

    def read(self, typed: str) -> str | int | None:
        """The value of what was typed; None where it was left empty.

        Raises `text_too_long`, `text_broken`, `number_invalid`, `unknown_choice`.
        """
        text = clean_prose(typed, limit=max(self.limit, 200), field=self.name)
        if not text:
            return None
        if self.type is FieldType.NUMBER:
            return parse_whole(text, low=0, high=self.limit, field=self.name)
        if self.type is FieldType.CHOICE:
            if text not in dict(self.choices):
                raise Refused("unknown_choice", field=self.name)
            return text
        return clean_prose(typed, limit=self.limit, field=self.name) or None


@dataclass(frozen=True, slots=True)
class SessionKind:
    """What a kind of session is measured by and what its report asks for."""

    word: str
    name: str
    thresholds: Thresholds = Thresholds()
    report_fields: tuple[ReportField, ...] = ()

    def read_fields(self, typed: Mapping[str, str]) -> dict[str, str | int]:
        """The report fields of what was typed, without the empty ones. Raises as `ReportField.read`."""
        values = {field.name: field.read(typed.get(field.name, "")) for field in self.report_fields}
        return {name: value for name, value in values.items() if value is not None}


_GRADES = (("excellent", "Excellent"), ("good", "Good"), ("fair", "Fair"), ("weak", "Needs practice"))
_DONE = (("done", "Done"), ("partly", "Partly done"), ("missing", "Not done"))

KINDS: Mapping[str, SessionKind] = {
    kind.word: kind
    for kind in (
        SessionKind("event", "Event session"),
        SessionKind(
            "quran",
            "Quran lesson",
            report_fields=(
                ReportField("memorized", "New memorization", FieldType.TEXT),
                ReportField("revised", "Revision", FieldType.TEXT),
                ReportField("recitation", "Recitation", FieldType.CHOICE, choices=_GRADES),
                ReportField("mistakes", "Mistakes", FieldType.NUMBER, limit=999),
                ReportField("next_lesson", "For the next lesson", FieldType.TEXT, limit=500),
            ),
        ),
        SessionKind(
            "academic",
            "Lesson",
            report_fields=(
                ReportField("topic", "Topic", FieldType.TEXT),
                ReportField("homework", "Homework", FieldType.CHOICE, choices=_DONE),
                ReportField("participation", "Participation", FieldType.CHOICE, choices=_GRADES),
                ReportField("remark", "Remark", FieldType.TEXT, limit=500),
            ),
        ),
        SessionKind(
            "interactive_course",
            "Interactive course",
            report_fields=(
                ReportField("exercises", "Exercises solved", FieldType.NUMBER, limit=999),
                ReportField("points", "Points", FieldType.NUMBER, limit=10_000),
                ReportField("remark", "Remark", FieldType.TEXT, limit=500),
            ),
        ),
    )
}

#: What a session of a class can be when it is held online.
LESSON_KINDS: Mapping[str, SessionKind] = {word: kind for word, kind in KINDS.items() if word != "event"}


def require_lesson_kind(word: str | None) -> None:
    """Refuse what is no kind of a class's online session (`unknown_choice`); None is not online."""
    if word is not None and word not in LESSON_KINDS:
        raise Refused("unknown_choice", field="online_kind")


def session_kind(word: str) -> SessionKind:
    """The kind of that word, or `unknown_choice`."""
    if word not in KINDS:
        raise Refused("unknown_choice", field="kind")
    return KINDS[word]
