"""An answer as it is sent and kept, and which questions are asked of somebody: a pure reading of one sheet.

An answer is a tuple of texts: several choices are several, left blank is none. What was never asked has no answer.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from webapp.domain.places.lists.pasted_people import clean_phone
from webapp.domain.questions.question import Asking, Question, QuestionDraft, QuestionKind
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line, clean_prose

SHORT_LIMIT, LONG_LIMIT = 300, 4000
#: What the form of a file sends to have it taken away.
REMOVE = "remove"
Answer = tuple[str, ...]
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:[.,][0-9]{1,6})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EARLIEST, _LATEST = 1900, 2200


@dataclass(frozen=True, slots=True)
class Sheet:
    """The questions of an event in order, and what one person answered, by question."""

    questions: tuple[Question, ...]
    answers: Mapping[int, Answer] = field(default_factory=dict)

    def of_form(self, asking: Asking) -> list[Question]:
        """What that form shows: what is asked of this person, and what may be, by what they answer in the form."""
        asked = {one.id for one in self.shown(asking)}
        found: dict[int, Question] = {}
        for one in self.questions:
            may_be = one.id in asked or one.draft.shown_if_id in found
            if may_be and not one.is_retired and asking.asks(one.draft):
                found[one.id] = one
        return list(found.values())

    def shown(self, asking: Asking) -> list[Question]:
        """Those of the form that are asked of this person."""
        asked = [one for one in self.questions if not one.is_retired]
        return [one for one in _shown(asked, self.answers) if asking.asks(one.draft)]

    def unanswered(self, asking: Asking) -> list[Question]:
        """Of these, what the person said nothing to yet, not even that it stays blank."""
        return [one for one in self.shown(asking) if one.id not in self.answers]

    def answered(self) -> list[Question]:
        """Every question that this person answered, those of before, too."""
        return [one for one in self.questions if one.id in self.answers]


@dataclass(frozen=True, slots=True)
class ReadAnswers:
    """What to keep: answers by question, and the questions that are not asked any longer."""

    kept: Mapping[int, Answer]
    dropped: frozenset[int]


def read_answers(sheet: Sheet, sent: Mapping[int, Sequence[str]], asking: Asking) -> ReadAnswers:
    """Read what somebody sent to everything that this form asks of them; what it does not ask them is dropped.

    Refuses `questions_changed` (something else was answered than what is asked), and `answers_wrong` with the refusal
    of each question by its id (`wrong`): what `parse_answer` refuses.
    """
    asked = [one for one in sheet.questions if not one.is_retired]
    if set(sent) - {one.id for one in asked if asking.asks(one.draft)}:
        raise Refused("questions_changed")
    known = {id_: answer for id_, answer in sheet.answers.items() if id_ in {one.id for one in asked}}
    read: dict[int, Answer] = {}
    wrong: dict[int, Refused] = {}
    for one in _shown(asked, known):
        if asking.asks(one.draft):
            try:
                known[one.id] = read[one.id] = _parse(one, sent.get(one.id, ()), known.get(one.id, ()))
            except Refused as refused:
                wrong[one.id] = refused
                known.pop(one.id, None)
    if wrong:
        raise Refused("answers_wrong", wrong=wrong)
    return ReadAnswers(read, frozenset(sheet.answers) & _hidden(asked, known))


def _shown(questions: Sequence[Question], answers: Mapping[int, Answer]) -> Iterator[Question]:
    """In order; `answers` may grow while this goes on."""
    shown: set[int] = set()
    for one in questions:
        other = one.draft.shown_if_id
        if other is None or (other in shown and one.draft.shown_if_answer in answers.get(other, ())):
            shown.add(one.id)
            yield one


def _hidden(questions: Sequence[Question], answers: Mapping[int, Answer]) -> frozenset[int]:
    return frozenset(one.id for one in questions) - {one.id for one in _shown(questions, answers)}


def _parse(question: Question, sent: Sequence[str], before: Answer) -> Answer:
    """A file that is not sent again stays."""
    if question.draft.kind is QuestionKind.FILE and not sent:
        sent = before
    return parse_answer(question.draft, sent)


def parse_answer(question: QuestionDraft, sent: Sequence[str]) -> Answer:
    """The answer that was sent, as it is kept; () for left blank.

    Refuses `answer_missing`, `field_repeated`, `unknown_choice`, `answer_no_number`, `answer_no_date`,
    `phone_invalid`, `text_too_long`, `text_broken`.
    """
    values = [value for value in sent if value.strip()]
    if question.kind is QuestionKind.FILE and REMOVE in values:
        values = []
    if not values and question.is_required:
        raise Refused("answer_missing", kind=question.kind)
    if question.kind is QuestionKind.SEVERAL_OF:
        return _several(question, values)
    if len(values) > 1:
        raise Refused("field_repeated", field="answer")
    return (_READ[question.kind](question, values[0]),) if values else ()


def _several(question: QuestionDraft, values: Sequence[str]) -> Answer:
    for value in values:
        _choice(question, value)
    return tuple(choice for choice in question.choices if choice in values)


def _choice(question: QuestionDraft, value: str) -> str:
    if value not in question.conditions:
        raise Refused("unknown_choice")
    return value


def _number(_question: QuestionDraft, value: str) -> str:
    """Plain digits with a point: 1,50 is kept as 1.5."""
    if not _NUMBER.fullmatch(value.strip()):
        raise Refused("answer_no_number")
    found = Decimal(value.strip().replace(",", "."))
    text = f"{found:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) if found else "0"


def _date(_question: QuestionDraft, value: str) -> str:
    try:
        found = date.fromisoformat(value.strip()) if _DATE.fullmatch(value.strip()) else None
    except ValueError:
        found = None
    if found is None or not _EARLIEST <= found.year <= _LATEST:
        raise Refused("answer_no_date")
    return found.isoformat()


_READ: Mapping[QuestionKind, Callable[[QuestionDraft, str], str]] = {
    QuestionKind.SHORT_TEXT: lambda _, value: clean_line(value, limit=SHORT_LIMIT, field="answer"),
    QuestionKind.LONG_TEXT: lambda _, value: clean_prose(value, limit=LONG_LIMIT, field="answer"),
    QuestionKind.NUMBER: _number,
    QuestionKind.ONE_OF: _choice,
    QuestionKind.YES_NO: _choice,
    QuestionKind.AGREEMENT: _choice,
    QuestionKind.DATE: _date,
    QuestionKind.PHONE: lambda _, value: clean_phone(value),
    QuestionKind.FILE: lambda _, value: clean_line(value, limit=SHORT_LIMIT, field="answer"),
}
