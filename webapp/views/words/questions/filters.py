"""What people can be chosen by, of what they answered."""

from collections.abc import Iterable

from webapp.domain.questions.answer_filter import AnswerFilter, Which
from webapp.languages.words import gettext
from webapp.queries.questions.questions import ListedQuestion
from webapp.views.words.questions.kinds import choice_words


def answer_filters(questions: Iterable[ListedQuestion]) -> list[tuple[str, list[tuple[str, str]]]]:
    """By question, values and words: each answer that it offers, any answer, and none."""
    return [(one.draft.wording, _of_question(one)) for one in questions]


def _of_question(question: ListedQuestion) -> list[tuple[str, str]]:
    offered = [
        (str(AnswerFilter(question.id, Which.IS, choice)), choice_words(choice, question.draft.kind))
        for choice in question.draft.conditions
    ]
    return [
        *offered,
        (str(AnswerFilter(question.id, Which.GIVEN)), gettext("Answered")),
        (str(AnswerFilter(question.id, Which.NONE)), gettext("Not answered")),
    ]
