"""The names of kinds of questions, of moments and readers, and an answer in words."""

from collections.abc import Mapping
from datetime import date

from webapp.domain.questions.answer import Answer
from webapp.domain.questions.question import NO, YES, AskedAt, QuestionDraft, QuestionKind, SeenBy
from webapp.domain.refusal import Refused
from webapp.languages import formats
from webapp.languages.words import N_, gettext
from webapp.views.words.refusals import refusal_sentence

KINDS: Mapping[QuestionKind, str] = {
    QuestionKind.SHORT_TEXT: N_("Short text"),
    QuestionKind.LONG_TEXT: N_("Long text"),
    QuestionKind.NUMBER: N_("Number"),
    QuestionKind.ONE_OF: N_("One of several choices"),
    QuestionKind.SEVERAL_OF: N_("Any of several choices"),
    QuestionKind.YES_NO: N_("Yes or no"),
    QuestionKind.AGREEMENT: N_("Agreement to a text"),
    QuestionKind.DATE: N_("Date"),
    QuestionKind.PHONE: N_("Phone number"),
    QuestionKind.FILE: N_("File"),
}
MOMENTS: Mapping[AskedAt, str] = {
    AskedAt.SIGN_UP: N_("Before they get a place"),
    AskedAt.LATER: N_("Later, on their own page"),
    AskedAt.DOOR: N_("At the door"),
}
READERS: Mapping[SeenBy, str] = {
    SeenBy.ORGANIZERS: N_("Organizers"),
    SeenBy.DESK: N_("Organizers and desk"),
    SeenBy.TEACHERS: N_("Organizers, desk and teachers"),
}
KEPT: Mapping[int | None, str] = {
    30: N_("30 days after the end"),
    90: N_("90 days after the end"),
    365: N_("1 year after the end"),
    None: N_("Never"),
}
_CHOOSES = frozenset({QuestionKind.ONE_OF, QuestionKind.SEVERAL_OF, QuestionKind.YES_NO})


def choice_words(choice: str, kind: QuestionKind) -> str:
    """A possible answer as people read it."""
    if kind is QuestionKind.AGREEMENT:
        return gettext("Agreed")
    if kind is QuestionKind.YES_NO:
        return {YES: gettext("Yes"), NO: gettext("No")}[choice]
    return choice


def answer_text(question: QuestionDraft, answer: Answer) -> str:
    """An answer as people read it; "" where it was left blank."""
    if question.kind is QuestionKind.DATE and answer:
        return formats.long_date(date.fromisoformat(answer[0]))
    if question.kind in {QuestionKind.YES_NO, QuestionKind.AGREEMENT}:
        return ", ".join(choice_words(one, question.kind) for one in answer)
    return ", ".join(answer)


def condition_words(question: QuestionDraft, other: QuestionDraft) -> str:
    """On which answer to the other question this one depends."""
    return gettext(
        "Only if “{wording}” is “{answer}”",
        wording=other.wording,
        answer=choice_words(question.shown_if_answer or "", other.kind),
    )


def answer_refusal_words(question: QuestionDraft, refused: Refused) -> str:
    """What to enter instead."""
    if refused.code == "answer_missing":
        if question.kind is QuestionKind.AGREEMENT:
            return gettext("Agree to go on")
        if question.kind is QuestionKind.FILE:
            return gettext("Choose a file")
        if question.kind in _CHOOSES:
            return gettext("Choose an answer")
    return refusal_sentence(refused.code, **refused.facts)
