"""Who may answer when, and what can be said: tables of cases, no database."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.domain.asking.attendance_response import (
    Answer,
    AnswerPhase,
    AskedEvent,
    Feedback,
    answer_phase,
    parse_answer,
    parse_feedback,
    require_answerable,
    require_feedback_possible,
    require_something_said,
)
from webapp.domain.refusal import Refused

START = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)
END = START + timedelta(hours=2)
CLOSE = END + timedelta(days=14)
SECOND = timedelta(seconds=1)
EVENT = AskedEvent(START, END)


def code_of(call, *arguments) -> str | None:
    """The code of the refusal, or None where there is none."""
    try:
        call(*arguments)
    except Refused as refused:
        return refused.code
    return None


@pytest.mark.parametrize(
    ("event", "now", "phase", "code"),
    [
        (EVENT, START - SECOND, AnswerPhase.NOT_BEGUN, "answers_not_open"),
        (EVENT, START, AnswerPhase.OPEN, None),
        (EVENT, END, AnswerPhase.OPEN, None),
        (EVENT, CLOSE - SECOND, AnswerPhase.OPEN, None),
        (EVENT, CLOSE, AnswerPhase.OPEN, None),
        (EVENT, CLOSE + SECOND, AnswerPhase.CLOSED, "answers_closed"),
        (AskedEvent(START, END, is_called_off=True), END, AnswerPhase.CALLED_OFF, "event_called_off"),
        (AskedEvent(START, END, is_deleted=True), END, AnswerPhase.DELETED, "event_deleted"),
        (AskedEvent(START, END, is_called_off=True, is_deleted=True), END, AnswerPhase.DELETED, "event_deleted"),
    ],
)
def test_answers_are_taken_from_the_start_until_fourteen_days_after_the_end(event, now, phase, code):
    assert (answer_phase(event, now), code_of(require_answerable, event, now)) == (phase, code)


def test_fourteen_days_are_hours_even_where_the_clocks_change_in_between():
    """24 October to 7 November 2026 in Berlin is an hour more by the wall clock."""
    ended = datetime(2026, 10, 24, 10, 0, tzinfo=UTC)
    event = AskedEvent(ended - timedelta(hours=2), ended)

    assert answer_phase(event, ended + timedelta(hours=14 * 24)) is AnswerPhase.OPEN
    assert answer_phase(event, ended + timedelta(hours=14 * 24, seconds=1)) is AnswerPhase.CLOSED


@pytest.mark.parametrize("text", ["attended", "partial", "not_attended"])
def test_three_things_can_be_said(text):
    assert parse_answer(text) == text


@pytest.mark.parametrize("text", ["unknown", "", "Attended", " attended", "yes", "attended,partial", "x" * 100_000])
def test_nothing_else_can_be_said_and_silence_cannot_be_sent(text):
    assert code_of(parse_answer, text) == "answer_unknown"


@pytest.mark.parametrize(
    ("rating", "comment", "feedback"),
    [
        ("1", "", Feedback(1, None)),
        ("5", "Lovely", Feedback(5, "Lovely")),
        ("", "  a\r\nb  ", Feedback(None, "a\nb")),
        ("", "   ", Feedback(None, None)),
        ("3", "\U0001f469\U0001f3fd" * 500, Feedback(3, "\U0001f469\U0001f3fd" * 500)),
    ],
)
def test_feedback_is_a_rating_or_words_or_both(rating, comment, feedback):
    assert parse_feedback(rating, comment) == feedback


@pytest.mark.parametrize(
    ("rating", "comment", "code"),
    [
        *(
            (rating, "", "number_invalid")
            for rating in ("0", "6", "4.5", "x", "-1", "+4", " 4", "04", "4e0", "٤", "４", "1_0", "true", "5" * 5000)
        ),
        ("4", "x" * 1001, "text_too_long"),
        ("4", "x" * 100_000, "text_too_long"),
        ("4", "a\0b", "text_broken"),
        ("4", "\x1b[31m", "text_broken"),
        ("4", "\ud800", "text_broken"),
    ],
)
def test_other_ratings_and_texts_are_refused(rating, comment, code):
    assert code_of(parse_feedback, rating, comment) == code


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (None, "feedback_without_answer"),
        (Answer.UNKNOWN, "feedback_without_answer"),
        (Answer.NOT_ATTENDED, "feedback_not_there"),
        (Answer.PARTIAL, None),
        (Answer.ATTENDED, None),
    ],
)
def test_only_who_was_there_says_how_it_was(answer, code):
    assert code_of(require_feedback_possible, answer) == code


def test_sending_nothing_is_refused_unless_it_takes_something_back():
    nothing, words = Feedback(None, None), Feedback(None, "Fine")

    assert code_of(require_something_said, nothing, nothing) == "feedback_missing"
    assert code_of(require_something_said, nothing, words) is None
    assert code_of(require_something_said, words, nothing) is None
