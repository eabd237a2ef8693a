"""Who moves up, and how many: the one rule for every path that frees a seat."""

from datetime import datetime

from webapp.domain.refusal import Refused


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
