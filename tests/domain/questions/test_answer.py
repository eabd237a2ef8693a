"""How an answer is read and kept, and which questions somebody is asked."""

from dataclasses import replace

import pytest

from webapp.domain.questions.answer import Sheet, parse_answer, read_answers
from webapp.domain.questions.question import (
    AT_SIGN_UP,
    BY_THEMSELVES,
    AskedAt,
    Question,
    QuestionDraft,
    QuestionKind,
    SeenBy,
    at_the_door,
)
from webapp.domain.refusal import Refused

K = QuestionKind
FOOD = ("Everything", "Vegan")


def draft(kind: K, **more) -> QuestionDraft:
    return QuestionDraft(kind, "Question?", choices=FOOD if "of" in kind.split("_") else (), **more)


@pytest.mark.parametrize(
    ("kind", "sent", "kept"),
    [
        (K.SHORT_TEXT, ["  M  or L "], ("M or L",)),
        (K.SHORT_TEXT, ["  "], ()),
        (K.LONG_TEXT, ["Nuts\r\nand milk"], ("Nuts\nand milk",)),
        (K.NUMBER, ["12"], ("12",)),
        (K.NUMBER, ["1,50"], ("1.5",)),
        (K.NUMBER, ["-0.0"], ("0",)),
        (K.NUMBER, ["100"], ("100",)),
        (K.ONE_OF, ["Vegan"], ("Vegan",)),
        (K.SEVERAL_OF, ["Vegan", "Everything", "Vegan"], FOOD),
        (K.SEVERAL_OF, [], ()),
        (K.YES_NO, ["no"], ("no",)),
        (K.AGREEMENT, ["yes"], ("yes",)),
        (K.AGREEMENT, [], ()),
        (K.DATE, ["2014-02-28"], ("2014-02-28",)),
        (K.PHONE, ["+49 30  5550142"], ("+49 30 5550142",)),
        (K.FILE, ["form.pdf"], ("form.pdf",)),
        (K.FILE, ["remove"], ()),
    ],
)
def test_an_answer_is_kept_in_one_spelling(kind, sent, kept):
    assert parse_answer(draft(kind), sent) == kept


@pytest.mark.parametrize(
    ("kind", "sent", "code"),
    [
        (K.SHORT_TEXT, ["x" * 100_000], "text_too_long"),
        (K.LONG_TEXT, ["x" * 100_000], "text_too_long"),
        (K.SHORT_TEXT, ["a\x00b"], "text_broken"),
        (K.SHORT_TEXT, ["a", "b"], "field_repeated"),
        (K.NUMBER, ["twelve"], "answer_no_number"),
        (K.NUMBER, ["1e9"], "answer_no_number"),
        (K.NUMBER, ["9" * 40], "answer_no_number"),
        (K.ONE_OF, ["Meat"], "unknown_choice"),
        (K.SEVERAL_OF, ["Vegan", "Meat"], "unknown_choice"),
        (K.YES_NO, ["maybe"], "unknown_choice"),
        (K.AGREEMENT, ["no"], "unknown_choice"),
        (K.DATE, ["2014-02-30"], "answer_no_date"),
        (K.DATE, ["0014-02-03"], "answer_no_date"),
        (K.PHONE, ["call me"], "phone_invalid"),
    ],
)
def test_what_is_no_answer_is_refused(kind, sent, code):
    with pytest.raises(Refused) as refused:
        parse_answer(draft(kind), sent)
    assert refused.value.code == code


@pytest.mark.parametrize("kind", K)
def test_a_required_answer_is_missing_when_it_is_blank(kind):
    with pytest.raises(Refused, match="answer_missing"):
        parse_answer(draft(kind, is_required=True), [" "])


EATS = Question(1, QuestionDraft(K.YES_NO, "Eat with us?", is_required=True))
WHAT = Question(
    2, replace(draft(K.ONE_OF), is_required=True, shown_if_id=1, shown_if_answer="yes", seen_by=SeenBy.DESK)
)
NUTS = Question(3, QuestionDraft(K.SHORT_TEXT, "Nuts?", shown_if_id=2, shown_if_answer="Vegan"))
LATER = Question(4, QuestionDraft(K.SHORT_TEXT, "Train?", asked=AskedAt.LATER))
DOOR = Question(5, QuestionDraft(K.NUMBER, "Badge?", asked=AskedAt.DOOR, seen_by=SeenBy.DESK))
SECRET = Question(6, QuestionDraft(K.NUMBER, "Weight?", asked=AskedAt.DOOR))
OLD = Question(7, QuestionDraft(K.NUMBER, "Before?"), is_retired=True)
ALL = (EATS, WHAT, NUTS, LATER, DOOR, SECRET, OLD)
DESK = at_the_door(frozenset({SeenBy.DESK}))


def ids(questions) -> list[int]:
    return [one.id for one in questions]


@pytest.mark.parametrize(
    ("answers", "shown"),
    [
        ({}, [1]),
        ({1: ("no",)}, [1]),
        ({1: ("yes",)}, [1, 2]),
        ({1: ("yes",), 2: ("Vegan",)}, [1, 2, 3]),
        # What hangs on an answer to a question that is not asked is not asked.
        ({1: ("no",), 2: ("Vegan",)}, [1]),
    ],
)
def test_a_question_is_asked_where_what_it_depends_on_is_so(answers, shown):
    assert ids(Sheet(ALL, answers).shown(AT_SIGN_UP)) == shown


def test_forms_hold_what_is_asked_there_and_what_may_be():
    assert ids(Sheet(ALL).of_form(AT_SIGN_UP)) == [1, 2, 3]
    assert ids(Sheet(ALL).of_form(BY_THEMSELVES)) == [1, 2, 3, 4]
    assert ids(Sheet(ALL).of_form(DESK)) == [5]
    behind = replace(DOOR.draft, shown_if_id=1, shown_if_answer="yes")
    assert ids(Sheet((EATS, Question(5, behind)), {1: ("no",)}).of_form(DESK)) == []
    assert ids(Sheet((EATS, Question(5, behind)), {1: ("yes",)}).of_form(DESK)) == [5]


def test_left_blank_is_answered_and_another_one_is_not():
    sheet = Sheet(ALL, {1: ("no",), 4: ()})
    assert ids(sheet.unanswered(BY_THEMSELVES)) == []
    assert ids(Sheet(ALL, {1: ("no",)}).unanswered(BY_THEMSELVES)) == [4]


def test_what_is_not_asked_any_longer_is_dropped():
    before = Sheet(ALL, {1: ("yes",), 2: ("Vegan",), 3: ("none",), 7: ("5",)})
    read = read_answers(before, {1: ["no"], 2: ["Vegan"], 3: ["some"]}, AT_SIGN_UP)
    assert (read.kept, read.dropped) == ({1: ("no",)}, {2, 3})


def test_every_mistake_is_told_by_its_question():
    with pytest.raises(Refused) as refused:
        read_answers(Sheet(ALL), {1: ["yes"], 2: ["Meat"]}, AT_SIGN_UP)
    assert {id_: no.code for id_, no in refused.value.facts["wrong"].items()} == {2: "unknown_choice"}
    with pytest.raises(Refused) as refused:
        read_answers(Sheet(ALL), {}, AT_SIGN_UP)
    assert {id_: no.code for id_, no in refused.value.facts["wrong"].items()} == {1: "answer_missing"}


@pytest.mark.parametrize("foreign", [4, 5, 7, 99])
def test_an_answer_to_something_else_than_what_is_asked_is_refused(foreign):
    with pytest.raises(Refused, match="questions_changed"):
        read_answers(Sheet(ALL), {1: ["no"], foreign: ["x"]}, AT_SIGN_UP)


def test_a_file_that_is_not_sent_again_stays():
    form = Question(1, QuestionDraft(K.FILE, "Form", is_required=True))
    assert read_answers(Sheet((form,), {1: ("form.pdf",)}), {}, AT_SIGN_UP).kept == {1: ("form.pdf",)}
