"""How an answer is read and kept, and which questions somebody is asked."""

from dataclasses import replace

import pytest

from tests.support.refusals import no, refusal_of
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

K = QuestionKind
FOOD = ("Everything", "Vegan")


def draft(kind: K, **more) -> QuestionDraft:
    return QuestionDraft(kind, "Question?", choices=FOOD if "of" in kind.split("_") else (), **more)


@pytest.mark.parametrize(
    ("kind", "sent", "kept"),
    [
        (K.SHORT_TEXT, ["  M  or L "], ("M or L",)),
        (K.SHORT_TEXT, ["  "], ()),
        (K.SHORT_TEXT, ["", "M", " "], ("M",)),
        (K.SHORT_TEXT, ["x" * 300], ("x" * 300,)),
        (K.LONG_TEXT, ["x" * 4000], ("x" * 4000,)),
        # A word for what becomes of a file is a word elsewhere.
        (K.SHORT_TEXT, ["remove"], ("remove",)),
        (K.LONG_TEXT, ["Nuts\r\nand milk"], ("Nuts\nand milk",)),
        (K.NUMBER, ["12"], ("12",)),
        (K.NUMBER, ["1,50"], ("1.5",)),
        (K.NUMBER, ["-0.0"], ("0",)),
        (K.NUMBER, ["100"], ("100",)),
        (K.NUMBER, [" -7.250 "], ("-7.25",)),
        (K.NUMBER, ["3.0"], ("3",)),
        (K.NUMBER, ["10.0"], ("10",)),
        (K.NUMBER, ["0.000001"], ("0.000001",)),
        (K.ONE_OF, ["Vegan"], ("Vegan",)),
        (K.SEVERAL_OF, ["Vegan", "Everything", "Vegan"], FOOD),
        (K.SEVERAL_OF, [], ()),
        (K.YES_NO, ["no"], ("no",)),
        (K.AGREEMENT, ["yes"], ("yes",)),
        (K.AGREEMENT, [], ()),
        (K.DATE, ["2014-02-28"], ("2014-02-28",)),
        (K.DATE, [" 1900-01-01 "], ("1900-01-01",)),
        (K.DATE, ["2200-12-31"], ("2200-12-31",)),
        (K.PHONE, ["+49 30  5550142"], ("+49 30 5550142",)),
        (K.FILE, ["form.pdf"], ("form.pdf",)),
        (K.FILE, ["remove"], ()),
    ],
)
def test_an_answer_is_kept_in_one_spelling(kind, sent, kept):
    assert parse_answer(draft(kind), sent) == kept


@pytest.mark.parametrize(
    ("kind", "sent", "refusal"),
    [
        (K.SHORT_TEXT, ["x" * 301], no("text_too_long", field="answer", limit=300)),
        (K.LONG_TEXT, ["x" * 4001], no("text_too_long", field="answer", limit=4000)),
        (K.SHORT_TEXT, ["a\x00b"], no("text_broken", field="answer")),
        (K.LONG_TEXT, ["a\x00b"], no("text_broken", field="answer")),
        (K.SHORT_TEXT, ["a", "b"], no("field_repeated", field="answer")),
        (K.NUMBER, ["twelve"], no("answer_no_number")),
        (K.NUMBER, ["1e9"], no("answer_no_number")),
        (K.NUMBER, ["9" * 40], no("answer_no_number")),
        (K.ONE_OF, ["Meat"], no("unknown_choice")),
        (K.SEVERAL_OF, ["Vegan", "Meat"], no("unknown_choice")),
        (K.YES_NO, ["maybe"], no("unknown_choice")),
        (K.AGREEMENT, ["no"], no("unknown_choice")),
        (K.DATE, ["2014-02-30"], no("answer_no_date")),
        (K.DATE, ["0014-02-03"], no("answer_no_date")),
        (K.DATE, ["1899-12-31"], no("answer_no_date")),
        (K.DATE, ["2201-01-01"], no("answer_no_date")),
        (K.DATE, ["20140203"], no("answer_no_date")),
        (K.FILE, ["a.pdf", "b.pdf"], no("field_repeated", field="answer")),
        (K.FILE, ["x" * 301], no("text_too_long", field="answer", limit=300)),
    ],
)
def test_what_is_no_answer_is_refused(kind, sent, refusal):
    assert refusal_of(parse_answer, draft(kind), sent) == refusal


def test_what_is_no_phone_is_refused():
    refusal = refusal_of(parse_answer, draft(K.PHONE), ["call me"])
    assert refusal is not None
    assert refusal[0] == "phone_invalid"


@pytest.mark.parametrize("kind", K)
def test_a_required_answer_is_missing_when_it_is_blank(kind):
    assert refusal_of(parse_answer, draft(kind, is_required=True), [" "]) == no("answer_missing", kind=kind)


def test_a_required_file_that_is_taken_away_is_missing():
    refusal = no("answer_missing", kind=K.FILE)
    assert refusal_of(parse_answer, draft(K.FILE, is_required=True), ["remove"]) == refusal


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
    assert wrong(Sheet(ALL), {1: ["yes"], 2: ["Meat"]}) == {2: "unknown_choice"}
    assert wrong(Sheet(ALL), {}) == {1: "answer_missing"}
    both = (EATS, replace(EATS, id=2), replace(NUTS, draft=replace(NUTS.draft, shown_if_id=None)))
    assert wrong(Sheet(both), {1: ["maybe"], 3: ["x" * 301]}) == {
        1: "unknown_choice",
        2: "answer_missing",
        3: "text_too_long",
    }


def test_nothing_is_asked_on_the_strength_of_an_answer_that_is_wrong_now():
    sheet = Sheet(ALL, {1: ("yes",), 2: ("Vegan",)})
    assert wrong(sheet, {1: ["maybe"], 2: ["Meat"]}) == {1: "unknown_choice"}


def wrong(sheet: Sheet, sent: dict[int, list[str]]) -> dict[int, str]:
    """The codes by question."""
    refusal = refusal_of(read_answers, sheet, sent, AT_SIGN_UP)
    assert refusal is not None
    code, facts = refusal
    assert (code, set(facts)) == ("answers_wrong", {"wrong"})
    return {id_: refused.code for id_, refused in facts["wrong"].items()}


@pytest.mark.parametrize("foreign", [4, 5, 7, 99])
def test_an_answer_to_something_else_than_what_is_asked_is_refused(foreign):
    sent = {1: ["no"], foreign: ["x"]}
    assert refusal_of(read_answers, Sheet(ALL), sent, AT_SIGN_UP) == no("questions_changed")


@pytest.mark.parametrize(
    ("kind", "before", "sent", "kept"),
    [
        (K.FILE, {1: ("form.pdf",)}, {}, ("form.pdf",)),
        (K.FILE, {1: ("form.pdf",)}, {1: ["new.pdf"]}, ("new.pdf",)),
        (K.FILE, {1: ("form.pdf",)}, {1: ["remove"]}, ()),
        (K.FILE, {}, {}, ()),
        (K.SHORT_TEXT, {1: ("M",)}, {}, ()),
    ],
)
def test_a_file_that_is_not_sent_again_stays_and_anything_else_is_blank_then(kind, before, sent, kept):
    one = Question(1, QuestionDraft(kind, "Form"))
    assert read_answers(Sheet((one,), before), sent, AT_SIGN_UP).kept == {1: kept}


def test_a_required_file_that_is_there_is_not_missing():
    form = Question(1, QuestionDraft(K.FILE, "Form", is_required=True))
    assert read_answers(Sheet((form,), {1: ("form.pdf",)}), {}, AT_SIGN_UP).kept == {1: ("form.pdf",)}


def test_what_was_answered_is_everything_with_an_answer_of_before_and_left_blank_too():
    assert ids(Sheet(ALL, {4: (), 7: ("5",), 99: ("x",)}).answered()) == [4, 7]
