"""Of whom an excuse can be kept."""

import pytest

from tests.support.refusals import no, refusal_of
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.no_shows.excuse import is_excusable, require_excusable


@pytest.mark.parametrize(
    ("status", "cancelled_late", "expected"),
    [
        (S.PENDING, False, False),
        (S.WAITLISTED, False, False),
        (S.CONFIRMED, False, True),
        (S.CHECKED_IN, False, False),
        (S.RELEASED, False, True),
        (S.UNDECIDED, False, True),
        (S.NO_SHOW, False, True),
        (S.ATTENDED, False, False),
        (S.REJECTED, False, False),
        (S.CANCELLED, False, False),
        (S.CANCELLED, True, True),
        # A late cancelling that was undone in no way: it is about that status only.
        (S.ATTENDED, True, False),
    ],
)
def test_what_can_be_excused(status, cancelled_late, expected):
    assert is_excusable(status, cancelled_late=cancelled_late) is expected
    refusal = None if expected else no("nothing_to_excuse")
    assert refusal_of(require_excusable, status, cancelled_late=cancelled_late) == refusal


def test_without_a_word_nothing_was_cancelled_late():
    assert not is_excusable(S.CANCELLED)
    assert refusal_of(require_excusable, S.CANCELLED) == no("nothing_to_excuse")
