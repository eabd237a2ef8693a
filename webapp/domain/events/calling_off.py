"""Whether an event may be called off: asked by the service that does it and by the page that offers it."""

from collections.abc import Mapping

from webapp.domain.event_life import EventStatus, can_become
from webapp.domain.places.enrollment import CANCELLABLE, LIVE
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused


def require_may_call_off(event_status: str, people: Mapping[S, int]) -> None:
    """Refuse what took place or is being closed. `people` counts enrollments by status.

    Raises `event_not_cancellable`, `closure_begun`, `people_checked_in` (with their number).
    """
    if not can_become(event_status, EventStatus.CANCELLED):
        raise Refused("event_not_cancellable", event_status=event_status)
    if any(people.get(status) for status in LIVE - CANCELLABLE - {S.CHECKED_IN}):
        raise Refused("closure_begun")
    if there := people.get(S.CHECKED_IN):
        raise Refused("people_checked_in", checked_in=there)
