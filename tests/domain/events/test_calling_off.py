"""Which events can be called off, over whose heads not, and what is said then."""

import pytest

from tests.support.refusals import no, refusal_of
from webapp.domain.events.calling_off import require_may_call_off
from webapp.domain.places.enrollment import EnrollmentStatus as S

NOBODY = None
#: Status of the event, people by status, the refusal.
TABLE = [
    ("published", {}, NOBODY),
    ("published", {S.CONFIRMED: 3, S.WAITLISTED: 2, S.PENDING: 1, S.CANCELLED: 4, S.REJECTED: 1}, NOBODY),
    ("published", {S.CONFIRMED: 3, S.CHECKED_IN: 2}, no("people_checked_in", checked_in=2)),
    ("published", {S.CHECKED_IN: 2, S.ATTENDED: 1}, no("closure_begun")),
    ("published", {S.NO_SHOW: 1}, no("closure_begun")),
    ("published", {S.UNDECIDED: 1}, no("closure_begun")),
    ("published", {S.CHECKED_IN: 0, S.ATTENDED: 0}, NOBODY),
    ("draft", {}, NOBODY),
    ("completed", {}, no("event_not_cancellable", event_status="completed")),
    ("cancelled", {}, no("event_not_cancellable", event_status="cancelled")),
]


@pytest.mark.parametrize(("status", "people", "refusal"), TABLE)
def test_an_event_is_not_called_off_over_the_heads_of_people_who_are_there(status, people, refusal):
    assert refusal_of(require_may_call_off, status, people) == refusal
