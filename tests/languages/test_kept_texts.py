"""What the product writes into rows is said in the reader's language; what people wrote stays as it is."""

import pytest

from webapp.languages.kept_texts import kept_text
from webapp.languages.language import PSEUDO_TAG, speaking
from webapp.languages.pseudo import pseudo


@pytest.mark.parametrize(
    "text",
    [
        "A place opened",
        "Checked in on at least 2 of 3 days",
        "1 outcome is undecided.",
        "Moved to Studio 2: Lives nearer now\nand starts at nine",
        "No leave was reported: closed at the scheduled end.",
        "No leave was reported for 3 stays: closed when the room was, 110 min and 5 min before the scheduled end.",
        "No leave was reported: there for 45 s at least and 2 min at most, which comes to the same.",
        "The email server can’t be used: it offers no encryption, so the password wasn’t sent",
        "Somebody said this.",
        "Checked in on at least two of three days",
    ],
)
def test_in_english_it_is_what_was_written(text: str) -> None:
    assert kept_text(text) == text


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("1200 outcomes are undecided.", "1,200 outcomes are undecided."),
        ("The mail server hung up: (421, b'bye')", "The email server hung up: (421, b'bye')"),
        (
            "Cannot be decided: the video server told us nothing about an online session",
            "The video server told us nothing about an online session.",
        ),
        (
            "Cannot be decided: people in the room of an online session could not be matched "
            "and an online session could not be measured",
            "People in the room of an online session couldn’t be matched. An online session couldn’t be measured.",
        ),
        (
            "The mail server cannot be used: it offers no encryption; the password was not sent",
            "The email server can’t be used: it offers no encryption, so the password wasn’t sent",
        ),
    ],
)
def test_rows_from_before_are_said_in_the_words_of_today(kept: str, said: str) -> None:
    assert kept_text(kept) == said


def test_another_language_says_its_own_words_around_what_people_wrote() -> None:
    with speaking(PSEUDO_TAG):
        assert kept_text("Moved to Studio 2: nearer") == f"{pseudo('Moved to')} Studio 2: nearer"
        assert kept_text("2 outcomes are undecided.") == f"2 {pseudo('outcomes are undecided.')}"
        assert kept_text("The river is too high") == "The river is too high"
