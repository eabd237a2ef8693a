"""What an edit of an event does to people who applied or wait: said before it is saved."""

from dataclasses import dataclass, fields
from datetime import datetime

from webapp.domain.event_life import EventStatus
from webapp.domain.places.enrollment import EnrollmentMethod, EnrollmentStatus, EnrollmentTerms, place_newcomer
from webapp.domain.places.waitlist import promotions_due
from webapp.domain.refusal import Refused


@dataclass(frozen=True, slots=True)
class Queues:
    """Who has, waits for or applied for a place when an edit is looked at."""

    taken: int
    #: Those to whom no seat is offered.
    waiting: int
    pending: int


@dataclass(frozen=True, slots=True)
class Consequences:
    """How many applicants get a place, how many join the waitlist, and how many stay in a line that closes."""

    seated: int = 0
    queued: int = 0
    kept_in_line: int = 0

    @property
    def key(self) -> str:
        """The same for the same consequences: a form carries it to show that somebody read them."""
        return ".".join(str(getattr(self, field.name)) for field in fields(self))

    def __bool__(self) -> bool:
        return self != Consequences()


def consequences_of(
    before: EnrollmentTerms,
    after: EnrollmentTerms,
    queues: Queues,
    *,
    capacity: int | None,
    until: datetime | None = None,
    now: datetime,
) -> Consequences:
    """What becomes of people by these new terms (and that new capacity); nothing of what is not running.

    `until`: from then on nobody moves up by themselves; None: the start.

    Who applied is placed before any newcomer where nobody has to apply any more. Who waits keeps the position
    where nobody can join the line any more. Raises `applicants_left_over` where somebody would get neither.
    """
    if after.event_status != EventStatus.PUBLISHED or now >= after.effective_end_at:
        return Consequences()
    promoted = promotions_due(
        capacity=capacity, taken=queues.taken, waiting=queues.waiting, until=until or after.starts_at, now=now
    )
    waiting = queues.waiting - promoted
    is_line_closed = before.has_waitlist and not after.has_waitlist and now < after.starts_at
    seated, queued = 0, 0
    if before.method is EnrollmentMethod.APPLICATION and after.method is EnrollmentMethod.RSVP:
        seated, queued = _placed(after, Queues(queues.taken + promoted, waiting, queues.pending), capacity, now)
    return Consequences(seated, queued, waiting if is_line_closed else 0)


def _placed(terms: EnrollmentTerms, queues: Queues, capacity: int | None, now: datetime) -> tuple[int, int]:
    """How many applicants get a seat and how many a place in line, by the rule for newcomers, one after the other."""
    seated = queued = 0
    for _ in range(queues.pending):
        try:
            status = place_newcomer(
                terms, capacity=capacity, taken=queues.taken + seated, waiting=queues.waiting + queued, now=now
            )
        except Refused:
            raise Refused("applicants_left_over", pending=queues.pending, seats=seated) from None
        is_seat = status is EnrollmentStatus.CONFIRMED
        seated, queued = seated + is_seat, queued + (not is_seat)
    return seated, queued
