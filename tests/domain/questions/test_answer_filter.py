"""How a filter by an answer is written in an address."""

import pytest

from webapp.domain.questions.answer_filter import AnswerFilter, Which


@pytest.mark.parametrize(
    ("filter_", "text"),
    [
        (AnswerFilter(3, Which.IS, "Vegan"), "3.is.Vegan"),
        (AnswerFilter(3, Which.IS, "a.b"), "3.is.a.b"),
        (AnswerFilter(12, Which.GIVEN), "12.given"),
        (AnswerFilter(12, Which.NONE), "12.none"),
        # A value says something of one answer only.
        (AnswerFilter(12, Which.NONE, "Vegan"), "12.none"),
    ],
)
def test_a_filter_as_an_address_says_it(filter_, text):
    assert f"{filter_}" == text
