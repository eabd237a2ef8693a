"""The part of a form in which questions are answered: shown, read, and shown again with what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import g

from webapp.domain.questions.answer import Answer
from webapp.domain.questions.answer_file import MOST_BYTES
from webapp.domain.questions.question import MOST_FILES, Question, QuestionKind
from webapp.domain.refusal import Refused
from webapp.services.questions.answers import SentAnswers, sent_answers
from webapp.views.errors import status_of
from webapp.views.forms.sent import row_numbers, sent_files, several_fields
from webapp.views.words.questions.kinds import answer_refusal_words, condition_words
from webapp.views.words.refusals import refusal_sentence

#: All files of one form.
MOST_FORM_BYTES = MOST_FILES * MOST_BYTES
_NAME = "answer"


@dataclass
class AskingForm:
    """Questions as they are shown: what stands in their fields, what is wrong with it (by field), and on what they
    depend in words. `kept` are files that are there already, by question."""

    questions: Sequence[Question]
    values: Mapping[int, Sequence[str]]
    conditions: Mapping[int, str]
    kept: Mapping[int, str]
    #: Where these files are, where somebody may have them.
    links: Mapping[int, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    refusal: str | None = None
    status: int = 200

    @property
    def has_files(self) -> bool:
        return any(one.draft.kind is QuestionKind.FILE for one in self.questions)


def field_name(question_id: int) -> str:
    """The name and the id of its field."""
    return f"{_NAME}-{question_id}"


def asking_form(questions: Sequence[Question], answers: Mapping[int, Answer]) -> AskingForm:
    """The form with these answers in it."""
    known = {one.id: one.draft for one in questions}
    conditions = {
        one.id: condition_words(one.draft, known[one.draft.shown_if_id])
        for one in questions
        if one.draft.shown_if_id in known
    }
    of_files = {one.id for one in questions if one.draft.kind is QuestionKind.FILE}
    kept = {id_: answer[0] for id_, answer in answers.items() if id_ in of_files and answer}
    return AskingForm(questions, answers, conditions, kept)


def read_sent() -> SentAnswers:
    """What was sent to each question. Raises `questions_changed` for what is none, `field_repeated` for two files."""
    try:
        texts = {id_: several_fields(field_name(id_)) for id_ in dict.fromkeys(row_numbers(_NAME))}
        files = sent_files(_NAME)
    except Refused as refused:
        raise refused if refused.code == "field_repeated" else Refused("questions_changed") from None
    return sent_answers(texts, files)


def refuse(form: AskingForm, refused: Refused, **context: Any) -> None:
    """Say in the form what is wrong, with what was typed in its fields."""
    g.refusal = refused.code
    form.values = {one.id: several_fields(field_name(one.id)) for one in form.questions}
    form.status = status_of(refused)
    if refused.code != "answers_wrong":
        form.refusal = refusal_sentence(refused.code, **{**context, **refused.facts})
        return
    wrong: Mapping[int, Refused] = refused.facts["wrong"]
    drafts = {one.id: one.draft for one in form.questions}
    form.errors = {field_name(id_): answer_refusal_words(drafts[id_], no) for id_, no in wrong.items() if id_ in drafts}
