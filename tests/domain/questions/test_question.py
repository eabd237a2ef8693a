"""What a question can be, in which order questions can be asked, and who reads the answers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.worlds.world import NOON
from webapp.domain.questions.question import (
    AskedAt,
    Question,
    QuestionDraft,
    QuestionKind,
    SeenBy,
    answers_close_at,
    ends_to_forget,
    moved,
    require_open_answers,
    require_together,
    require_whole,
    seen_levels,
)
from webapp.domain.refusal import Refused

K = QuestionKind
TEXT = QuestionDraft(K.SHORT_TEXT, "Your T-shirt size?")
FOOD = QuestionDraft(K.ONE_OF, "What do you eat?", choices=("Everything", "Vegan"))
YES_NO = QuestionDraft(K.YES_NO, "Will you eat with us?")
VEGAN = replace(TEXT, shown_if_id=1, shown_if_answer="Vegan")


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (replace(FOOD, choices=("One",)), "choices_too_few"),
        (replace(FOOD, choices=tuple(map(str, range(31)))), "choices_too_many"),
        (replace(FOOD, choices=("Vegan", "VEGAN ")), "choice_twice"),
        (QuestionDraft(K.AGREEMENT, "House rules"), "agreement_text_missing"),
        (replace(TEXT, kept_days=31), "kept_days_unknown"),
    ],
)
def test_a_question_that_nobody_could_answer_is_refused(draft, code):
    with pytest.raises(Refused) as refused:
        require_whole(draft)
    assert refused.value.code == code


@pytest.mark.parametrize("draft", [TEXT, FOOD, YES_NO, replace(TEXT, kept_days=None)])
def test_others_are_not(draft):
    require_whole(draft)


def asked(*drafts: QuestionDraft) -> list[Question]:
    return [Question(number, draft) for number, draft in enumerate(drafts, 1)]


@pytest.mark.parametrize(
    ("questions", "code"),
    [
        (asked(FOOD, VEGAN), None),
        (asked(YES_NO, replace(TEXT, shown_if_id=1, shown_if_answer="no")), None),
        (asked(YES_NO, replace(TEXT, shown_if_id=1, shown_if_answer="maybe")), "condition_impossible"),
        (asked(TEXT, replace(TEXT, shown_if_id=1, shown_if_answer="M")), "condition_impossible"),
        (asked(replace(VEGAN, shown_if_id=2), FOOD), "condition_not_before"),
        (asked(replace(VEGAN, shown_if_id=1)), "condition_not_before"),
        (asked(replace(FOOD, asked=AskedAt.LATER), VEGAN), "condition_too_late"),
        (asked(FOOD, replace(VEGAN, asked=AskedAt.DOOR)), None),
        (asked(*[TEXT] * 31), "too_many_questions"),
        (asked(*[QuestionDraft(K.FILE, "Your form")] * 4), "too_many_files"),
    ],
)
def test_questions_are_asked_in_an_order_in_which_each_condition_is_known(questions, code):
    if code is None:
        require_together(questions)
        return
    with pytest.raises(Refused) as refused:
        require_together(questions)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("question_id", "up", "order"),
    [(2, True, [2, 1, 3]), (2, False, [1, 3, 2]), (1, True, [1, 2, 3]), (3, False, [1, 2, 3])],
)
def test_a_question_moves_one_place(question_id, up, order):
    assert moved([1, 2, 3], question_id, up=up) == order


@pytest.mark.parametrize(
    ("change", "is_new"),
    [
        ({"wording": "Your size?"}, True),
        ({"kind": K.NUMBER}, True),
        ({"help": "S to XL"}, False),
        ({"is_required": True, "asked": AskedAt.LATER, "seen_by": SeenBy.DESK, "kept_days": 90}, False),
    ],
)
def test_what_asks_something_else_is_another_question(change, is_new):
    assert replace(TEXT, **change).asks_else_than(TEXT) is is_new


def test_another_text_to_agree_to_asks_something_else():
    rules = QuestionDraft(K.AGREEMENT, "House rules", help="No shoes")
    assert replace(rules, help="No boots").asks_else_than(rules)


@pytest.mark.parametrize(
    ("rights", "levels"),
    [
        ((True, True, False), set(SeenBy)),
        ((False, True, False), {SeenBy.DESK, SeenBy.TEACHERS}),
        ((False, False, True), {SeenBy.TEACHERS}),
        ((False, False, False), set()),
    ],
)
def test_who_reads_which_answers(rights, levels):
    manages, runs_desk, teaches = rights
    assert seen_levels(manages=manages, runs_desk=runs_desk, teaches=teaches) == levels


def test_answers_are_taken_until_the_organizers_time_or_the_start():
    assert answers_close_at(None, NOON) == NOON
    require_open_answers(NOON, NOON + timedelta(days=1), NOON - timedelta(seconds=1))
    with pytest.raises(Refused, match="answers_over"):
        require_open_answers(NOON, NOON + timedelta(days=1), NOON)


def test_answers_are_kept_for_as_many_days_as_the_question_says():
    assert ends_to_forget(NOON) == {days: NOON - timedelta(days=days) for days in (30, 90, 365)}
