"""Who moves up, and how many: the one rule for every path that frees a seat. And who left the line, and comes back."""

from datetime import datetime, timedelta

from webapp.domain.permission import Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused

#: Tickets of a lane begin at its number times this, so that whoever stands in a later lane comes after everybody in an
#: earlier one wherever tickets are compared.
LANE = 1_000_000_000
#: So long can somebody who left the line have their place in it again.
RETURN_WINDOW = timedelta(minutes=10)


def ticket_in(lane: int, number: int) -> int:
    """The ticket with that number, in that lane."""
    return lane * LANE + number


def lane_of_ticket(ticket: int) -> int:
    """In which lane it is."""
    return ticket // LANE


def rank_of_last(*, waiting: int, behind: int, lane: int) -> int:
    """The rank of who joined last: `waiting` with them, of which `behind` stand in a later lane than the first."""
    return waiting if lane else waiting - min(behind, waiting - 1)


def promotions_due(*, capacity: int | None, taken: int, waiting: int, until: datetime | None, now: datetime) -> int:
    """How many waiting people get a seat now: none from `until` on (an event's start), never above capacity.

    `until` is None where nobody moves up at all: what people wait for is not on offer.
    """
    if waiting == 0 or until is None or now >= until:
        return 0
    if capacity is None:
        return waiting
    return min(waiting, max(capacity - taken, 0))


def require_capacity_holds(capacity: int | None, taken: int, over: int = 0) -> None:
    """Refuse a capacity below the seats taken (`capacity_below_seats`), those aside that were given beyond it."""
    if capacity is not None and capacity < taken - over:
        raise Refused("capacity_below_seats", capacity=capacity, taken=taken)


def returns_until(
    status: S, *, moved_from: S | None, moved_by: Trigger | None, left_at: datetime | None, starts_at: datetime
) -> datetime | None:
    """Until when (exclusive) somebody can have their place in line again; None where they did not leave it themselves.

    Only until the start: from then on there is no line to stand in.
    """
    has_left = status is S.CANCELLED and moved_from is S.WAITLISTED and moved_by is Trigger.USER
    return min(left_at + RETURN_WINDOW, starts_at) if has_left and left_at is not None else None
