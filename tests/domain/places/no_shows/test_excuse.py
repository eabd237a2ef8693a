"""Of whom an excuse can be kept."""

import pytest

from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.no_shows.excuse import is_excusable, require_excusable
from webapp.domain.refusal import Refused


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
    if expected:
        require_excusable(status, cancelled_late=cancelled_late)
        return
    with pytest.raises(Refused, match="nothing_to_excuse"):
        require_excusable(status, cancelled_late=cancelled_late)
