"""What about an event needs an organizer's attention: facts in, codes out, most urgent first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.domain.closure import LONGEST_WAIT

#: Closure comes every 15 minutes; this long after the end it should have been here.
CLOSURE_GRACE = timedelta(minutes=20)
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
    waiting: int
    pending: int
    undecided: bool
    closing_failed: bool
    has_sessions: bool = False
    #: Online sessions that should be calculated by now and are not, and those that somebody has to look at.
    uncalculated: int = 0
    to_review: int = 0

    @property
    def closes_by(self) -> datetime:
        """When closure is due at the latest: online sessions are measured first."""
        return self.effective_end_at + (LONGEST_WAIT if self.has_sessions else timedelta(0))


def needs_attention(event: EventCondition, now: datetime) -> list[tuple[str, dict[str, object]]]:
    """Codes with their facts; empty when the event looks after itself."""
    found: list[tuple[str, dict[str, object]]] = []
    if event.status == "draft" and event.starts_at - now <= DRAFT_NOTICE:
        found.append(("not_published", {}))
    if event.status != "published":
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
    free = event.waiting if event.capacity is None else event.capacity - event.taken
    if event.waiting and free > 0 and now < event.starts_at:
        found.append(("seats_beside_queue", {"waiting": event.waiting, "free": free}))
    return found
