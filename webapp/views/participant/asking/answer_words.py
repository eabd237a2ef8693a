"""A person's own answer in words: the one table, for their pages and for the crew's."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.domain.asking.attendance_response import Answer
from webapp.languages.words import N_
from webapp.views.participant.blueprint import blueprint


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """`said` is the answer as the person gave it; tone and icon as for a badge."""

    said: str
    tone: str  # ok, wait, mute, dashed
    icon: str


ANSWERS: Mapping[Answer, AnswerWords] = {
    Answer.ATTENDED: AnswerWords(N_("I was there"), "ok", "yes"),
    Answer.PARTIAL: AnswerWords(N_("For part of it"), "wait", "part"),
    Answer.NOT_ATTENDED: AnswerWords(N_("I didn’t go"), "mute", "full"),
    Answer.UNKNOWN: AnswerWords(N_("No answer"), "dashed", "clock"),
}


@blueprint.app_template_global()
def answer_words(answer: str | None) -> AnswerWords:
    """The words for a stored answer; none at all reads as "No answer"."""
    return ANSWERS[Answer(answer or Answer.UNKNOWN)]
