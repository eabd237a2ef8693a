"""Which events can be deleted, and what counts as having typed the title."""

import pytest

from tests.support.refusals import no, refusal_of
from webapp.domain.events.event_deletion import require_deletable, require_title_typed


@pytest.mark.parametrize(
    ("status", "refusal"),
    [("draft", None), ("cancelled", None), ("completed", None), ("published", no("event_still_published"))],
)
def test_only_what_people_count_on_has_to_be_called_off_first(status, refusal):
    assert refusal_of(require_deletable, status) == refusal


@pytest.mark.parametrize(
    ("typed", "title", "refusal"),
    [
        ("Makers’ market", "Makers’ market", None),
        ("  makers'  MARKET ", "Makers’ market", None),
        ("Atelie no Sul", "Ateliê no Sul", None),
        ("陶芸の会", "陶芸の会", None),
        ("!!!", "!!!", None),
        ("???", "!!!", no("title_differs")),
        ("Makers", "Makers’ market", no("title_differs")),
        ("Makers’ market 2", "Makers’ market", no("title_differs")),
        ("delete", "Makers’ market", no("title_differs")),
        ("", "Makers’ market", no("title_missing")),
        ("\u200b", "Makers’ market", no("title_missing")),
        ("Makers’\nmarket", "Makers’ market", no("title_differs")),
        ("a\0b", "ab", no("title_differs")),
        ("x" * 100_000, "Makers’ market", no("title_differs")),
    ],
)
def test_the_title_is_the_word_that_deletes(typed, title, refusal):
    assert refusal_of(require_title_typed, typed, title) == refusal
