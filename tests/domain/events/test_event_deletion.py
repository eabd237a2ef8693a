"""Which events can be deleted, and what counts as having typed the title."""

import pytest

from webapp.domain.events.event_deletion import require_deletable, require_title_typed
from webapp.domain.refusal import Refused


def code_of(check, *arguments):
    try:
        check(*arguments)
    except Refused as refused:
        return refused.code
    return None


@pytest.mark.parametrize(
    ("status", "code"),
    [("draft", None), ("cancelled", None), ("completed", None), ("published", "event_still_published")],
)
def test_only_what_people_count_on_has_to_be_called_off_first(status, code):
    assert code_of(require_deletable, status) == code


@pytest.mark.parametrize(
    ("typed", "title", "code"),
    [
        ("Makers’ market", "Makers’ market", None),
        ("  makers'  MARKET ", "Makers’ market", None),
        ("Atelie no Sul", "Ateliê no Sul", None),
        ("陶芸の会", "陶芸の会", None),
        ("!!!", "!!!", None),
        ("???", "!!!", "title_differs"),
        ("Makers", "Makers’ market", "title_differs"),
        ("Makers’ market 2", "Makers’ market", "title_differs"),
        ("delete", "Makers’ market", "title_differs"),
        ("", "Makers’ market", "title_missing"),
        ("\u200b", "Makers’ market", "title_missing"),
        ("Makers’\nmarket", "Makers’ market", "title_differs"),
        ("a\0b", "ab", "title_differs"),
        ("x" * 100_000, "Makers’ market", "title_differs"),
    ],
)
def test_the_title_is_the_word_that_deletes(typed, title, code):
    assert code_of(require_title_typed, typed, title) == code
