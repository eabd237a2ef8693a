"""What a question can be, in which order questions can be asked, and who reads the answers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.refusals import No, no, refusal_of
from tests.support.worlds.world import NOON
from webapp.domain.questions.question import (
    AT_SIGN_UP,
    BY_THEMSELVES,
    AskedAt,
    Question,
    QuestionDraft,
    QuestionKind,
    SeenBy,
    answers_close_at,
    at_the_door,
    ends_to_forget,
    moved,
    require_open_answers,
    require_together,
    require_whole,
    seen_levels,
)

K = QuestionKind
TEXT = QuestionDraft(K.SHORT_TEXT, "Your T-shirt size?")
FOOD = QuestionDraft(K.ONE_OF, "What do you eat?", choices=("Everything", "Vegan"))
FORM = QuestionDraft(K.FILE, "Your form")
YES_NO = QuestionDraft(K.YES_NO, "Will you eat with us?")
SEVERAL = replace(FOOD, kind=K.SEVERAL_OF)
VEGAN = replace(TEXT, shown_if_id=1, shown_if_answer="Vegan")


def numbers(count: int) -> tuple[str, ...]:
    return tuple(map(str, range(count)))


@pytest.mark.parametrize(
    ("draft", "refusal"),
    [
        (replace(FOOD, choices=("One",)), no("choices_too_few", field="choices", fewest=2)),
        (replace(SEVERAL, choices=("One",)), no("choices_too_few", field="choices", fewest=2)),
        (replace(FOOD, choices=numbers(31)), no("choices_too_many", field="choices", most=30)),
        (replace(FOOD, choices=("Vegan", "VEGAN ")), no("choice_twice", field="choices", choice="VEGAN ")),
        (replace(FOOD, choices=("!", "?", "!")), no("choice_twice", field="choices", choice="!")),
        (QuestionDraft(K.AGREEMENT, "House rules"), no("agreement_text_missing", field="help")),
        (replace(TEXT, kept_days=31), no("kept_days_unknown", field="kept_days")),
        (replace(TEXT, kept_days=0), no("kept_days_unknown", field="kept_days")),
    ],
)
def test_a_question_that_nobody_could_answer_is_refused(draft, refusal):
    assert refusal_of(require_whole, draft) == refusal


@pytest.mark.parametrize(
    "draft",
    [
        TEXT,
        FOOD,
        SEVERAL,
        YES_NO,
        replace(FOOD, choices=numbers(30)),
        replace(FOOD, choices=("!", "?")),
        # What has no choices has no number of them.
        replace(TEXT, choices=("One",)),
        QuestionDraft(K.AGREEMENT, "House rules", help="No shoes"),
        *(replace(TEXT, kept_days=days) for days in (30, 90, 365, None)),
    ],
)
def test_others_are_not(draft):
    assert refusal_of(require_whole, draft) is None


def impossible(other: QuestionDraft) -> No:
    return no("condition_impossible", wording=TEXT.wording, other=other.wording)


def asked(*drafts: QuestionDraft) -> list[Question]:
    return [Question(number, draft) for number, draft in enumerate(drafts, 1)]


@pytest.mark.parametrize(
    ("questions", "refusal"),
    [
        (asked(FOOD, VEGAN), None),
        (asked(YES_NO, replace(TEXT, shown_if_id=1, shown_if_answer="no")), None),
        (asked(YES_NO, replace(TEXT, shown_if_id=1, shown_if_answer="maybe")), impossible(YES_NO)),
        (asked(TEXT, replace(TEXT, shown_if_id=1, shown_if_answer="M")), impossible(TEXT)),
        (asked(FOOD, replace(VEGAN, shown_if_answer=None)), impossible(FOOD)),
        (asked(replace(VEGAN, shown_if_id=2), FOOD), no("condition_not_before", wording=TEXT.wording)),
        (asked(replace(VEGAN, shown_if_id=1)), no("condition_not_before", wording=TEXT.wording)),
        (
            asked(replace(FOOD, asked=AskedAt.LATER), VEGAN),
            no("condition_too_late", wording=TEXT.wording, other=FOOD.wording),
        ),
        (asked(replace(FOOD, asked=AskedAt.LATER), replace(VEGAN, asked=AskedAt.LATER)), None),
        (asked(FOOD, replace(VEGAN, asked=AskedAt.DOOR)), None),
        # Of each condition in turn.
        (asked(FOOD, VEGAN, replace(VEGAN, shown_if_answer="Meat")), impossible(FOOD)),
        (asked(*[TEXT] * 30), None),
        (asked(*[TEXT] * 31), no("too_many_questions", most=30)),
        (asked(*[FORM] * 3, TEXT), None),
        (asked(*[FORM] * 4), no("too_many_files", most=3)),
    ],
)
def test_questions_are_asked_in_an_order_in_which_each_condition_is_known(questions, refusal):
    assert refusal_of(require_together, questions) == refusal


@pytest.mark.parametrize(
    ("question_id", "up", "order"),
    [
        (3, True, [1, 3, 2, 4, 5]),
        (3, False, [1, 2, 4, 3, 5]),
        (2, True, [2, 1, 3, 4, 5]),
        (4, False, [1, 2, 3, 5, 4]),
        (1, True, [1, 2, 3, 4, 5]),
        (5, False, [1, 2, 3, 4, 5]),
    ],
)
def test_a_question_moves_one_place(question_id, up, order):
    assert moved([1, 2, 3, 4, 5], question_id, up=up) == order


@pytest.mark.parametrize("up", [True, False])
def test_a_question_of_another_event_moves_nowhere(up):
    assert refusal_of(moved, [1, 2, 3], 4, up=up) == no("not_found")


@pytest.mark.parametrize(
    ("draft", "conditions"),
    [
        (FOOD, ("Everything", "Vegan")),
        (SEVERAL, ("Everything", "Vegan")),
        (YES_NO, ("yes", "no")),
        (QuestionDraft(K.AGREEMENT, "House rules", help="No shoes"), ("yes",)),
        *((QuestionDraft(kind, "?"), ()) for kind in (K.SHORT_TEXT, K.LONG_TEXT, K.NUMBER, K.DATE, K.PHONE, K.FILE)),
    ],
)
def test_what_another_question_can_depend_on(draft, conditions):
    assert draft.conditions == conditions


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
    assert not replace(rules, is_required=True).asks_else_than(rules)
    assert replace(FOOD, choices=("Everything", "Fish")).asks_else_than(FOOD)


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


TICK, DAY = timedelta(microseconds=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("due_at", "starts_at", "closes_at"),
    [(NOON, NOON + DAY, NOON), (NOON, NOON - DAY, NOON), (None, NOON, NOON)],
    ids=["before the start", "after the start", "the start"],
)
def test_answers_are_taken_until_the_organizers_time_or_the_start(due_at, starts_at, closes_at):
    assert answers_close_at(due_at, starts_at) == closes_at
    assert refusal_of(require_open_answers, due_at, starts_at, NOON - TICK) is None
    assert refusal_of(require_open_answers, due_at, starts_at, NOON) == no("answers_over", closes_at=NOON)


@pytest.mark.parametrize(
    ("asking", "asked", "seen_by", "asks"),
    [
        (AT_SIGN_UP, AskedAt.SIGN_UP, SeenBy.ORGANIZERS, True),
        (AT_SIGN_UP, AskedAt.LATER, SeenBy.ORGANIZERS, False),
        (BY_THEMSELVES, AskedAt.SIGN_UP, SeenBy.TEACHERS, True),
        (BY_THEMSELVES, AskedAt.LATER, SeenBy.ORGANIZERS, True),
        (BY_THEMSELVES, AskedAt.DOOR, SeenBy.ORGANIZERS, False),
    ],
)
def test_which_form_asks_what(asking, asked, seen_by, asks):
    assert asking.asks(replace(TEXT, asked=asked, seen_by=seen_by)) is asks


@pytest.mark.parametrize(
    ("asked", "seen_by", "asks"),
    [
        (AskedAt.DOOR, SeenBy.DESK, True),
        (AskedAt.DOOR, SeenBy.TEACHERS, True),
        (AskedAt.DOOR, SeenBy.ORGANIZERS, False),
        (AskedAt.SIGN_UP, SeenBy.DESK, False),
        (AskedAt.LATER, SeenBy.DESK, False),
    ],
)
def test_a_desk_asks_at_the_door_what_it_may_read(asked, seen_by, asks):
    asking = at_the_door(frozenset({SeenBy.DESK, SeenBy.TEACHERS}))
    assert asking.asks(replace(TEXT, asked=asked, seen_by=seen_by)) is asks


def test_answers_are_kept_for_as_many_days_as_the_question_says():
    assert ends_to_forget(NOON) == {days: NOON - timedelta(days=days) for days in (30, 90, 365)}
