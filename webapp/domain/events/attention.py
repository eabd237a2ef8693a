"""What about an event needs an organizer's attention: facts in, codes out, most urgent first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.domain.event_life import EventStatus
from webapp.domain.events.closure import CLOSURE_PERIOD, closes_by

#: This long after the end closure should have been here.
CLOSURE_GRACE = CLOSURE_PERIOD + timedelta(minutes=5)
#: A draft that starts this soon is probably forgotten.
DRAFT_NOTICE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class EventCondition:
    """The facts that decide; `undecided` is whether anybody is still confirmed or checked in."""

    status: str
    starts_at: datetime
    effective_end_at: datetime
    capacity: int | None
    taken: int
    #: Those who wait and to whom no seat is offered, and until when they move up.
    unasked: int
    promotes_until: datetime
    pending: int
    undecided: bool
    closing_failed: bool
    #: The end of the last online session, where there are any.
    sessions_end_at: datetime | None = None
    #: Online sessions that should be calculated by now and are not, and those that somebody has to look at.
    uncalculated: int = 0
    to_review: int = 0
    #: Outcomes that only people can decide, and those that what was learnt since contradicts.
    to_settle: int = 0
    late_facts: int = 0
    #: Appeals that wait for an answer.
    appeals: int = 0
    #: From when on it is closed, where that is later than its end.
    closing_from: datetime | None = None

    @property
    def closes_by(self) -> datetime:
        """When closure is due at the latest: online sessions are measured first."""
        return closes_by(self.closing_from or self.effective_end_at, self.sessions_end_at)


def needs_attention(event: EventCondition, now: datetime) -> list[tuple[str, dict[str, object]]]:
    """Codes with their facts; empty when the event looks after itself."""
    found: list[tuple[str, dict[str, object]]] = []
    if event.status == EventStatus.DRAFT and event.starts_at - now <= DRAFT_NOTICE:
        found.append(("not_published", {}))
    if event.to_settle:
        found.append(("undecided", {"undecided": event.to_settle}))
    if event.late_facts:
        found.append(("late_facts", {"outcomes": event.late_facts}))
    if event.appeals:
        found.append(("appeals", {"appeals": event.appeals}))
    if event.status != EventStatus.PUBLISHED:
        return found
    if event.undecided and event.closing_failed:
        found.append(("closing_failed", {}))
    elif event.undecided and now - event.closes_by > CLOSURE_GRACE:
        found.append(("not_closed", {}))
    if event.uncalculated:
        found.append(("sessions_not_calculated", {"sessions": event.uncalculated}))
    if event.to_review:
        found.append(("sessions_to_review", {"sessions": event.to_review}))
    if event.pending:
        found.append(("applications", {"people": event.pending}))
    free = event.unasked if event.capacity is None else event.capacity - event.taken
    if event.unasked and free > 0 and now < event.promotes_until:
        found.append(("seats_beside_queue", {"waiting": event.unasked, "free": free}))
    return found
