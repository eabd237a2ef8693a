"""A place that is held for a guest until they confirm their address: how long, how many, and what becomes of it."""

from datetime import datetime, timedelta
from enum import StrEnum

from webapp.domain.refusal import Refused

#: How long a place is held.
HELD_FOR = timedelta(minutes=30)
#: How long the link of the mail enrolls: after the place is gone, like a newcomer.
LINK_LIFETIME = timedelta(hours=24)
#: Held for one address at once, in different events.
MOST_HOLDS = 3


class HoldOutcome(StrEnum):
    """What became of a hold."""

    OPEN = "open"
    #: The address was confirmed in time.
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    #: Given up, or there was nothing to enroll in, or nobody to enroll, when the address was confirmed.
    WITHDRAWN = "withdrawn"


def is_seat_held(outcome: str, *, has_seat: bool, held_until: datetime, now: datetime) -> bool:
    """Whether the seat is still the guest's, whether or not a job has looked: until `held_until`, exclusive."""
    return outcome == HoldOutcome.OPEN and has_seat and now < held_until


def require_few_holds(others: int) -> None:
    """Refuse one more (`too_many_holds`) where so many others are open for the same address."""
    if others >= MOST_HOLDS:
        raise Refused("too_many_holds", most=MOST_HOLDS)
