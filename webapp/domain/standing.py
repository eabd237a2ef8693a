"""Where somebody stands with an event, and what the event offers a newcomer: facts in, state out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from webapp.domain.enrollment import (
    EnrollmentMethod,
    EnrollmentStatus,
    EnrollmentTerms,
    place_newcomer,
    require_open,
)
from webapp.domain.refusal import Refused


class StandingState(StrEnum):
    """One block of the event page each; the block's template has the state's name."""

    OPEN = "open"
    OPEN_FOR_APPLICATIONS = "open_for_applications"
    FULL_WITH_WAITLIST = "full_with_waitlist"
    FULL = "full"
    NOT_OPEN = "not_open"
    CLOSED = "closed"
    UNPUBLISHED = "unpublished"
    EVENT_CANCELLED = "event_cancelled"
    PENDING = "pending"
    WAITLISTED = "waitlisted"
    PROMOTED = "promoted"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    SETTLING = "settling"
    LAPSED = "lapsed"
    ATTENDED = "attended"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


#: What a newcomer can press a button for.
ENROLLABLE = frozenset({StandingState.OPEN, StandingState.OPEN_FOR_APPLICATIONS, StandingState.FULL_WITH_WAITLIST})


@dataclass(frozen=True, slots=True)
class Seats:
    """Seats and queue of an event. No `capacity` is unlimited."""

    capacity: int | None
    taken: int
    waiting: int

    @property
    def free(self) -> int | None:
        """Seats nobody has; None is unlimited."""
        return None if self.capacity is None else max(self.capacity - self.taken, 0)


@dataclass(frozen=True, slots=True)
class Standing:
    """`state` is what the person is told; `offer` is what a newcomer would be offered now."""

    state: StandingState
    offer: StandingState

    @property
    def can_enroll(self) -> bool:
        """Whether the page shows a button to get in."""
        return self.offer in ENROLLABLE and self.state in {self.offer, StandingState.CANCELLED}


def offer_to_newcomer(terms: EnrollmentTerms, seats: Seats, now: datetime) -> StandingState:
    """What an event offers somebody who is not in it; the rule of enrolling itself decides."""
    unavailable = {
        "event_not_published": StandingState.UNPUBLISHED,
        "not_open_yet": StandingState.NOT_OPEN,
        "enrollment_closed": StandingState.CLOSED,
        "event_full": StandingState.FULL,
    }
    if terms.event_status == "cancelled":
        return StandingState.EVENT_CANCELLED
    if terms.event_status == "completed":
        return StandingState.CLOSED
    try:
        require_open(terms, now)
        if terms.method is EnrollmentMethod.APPLICATION:
            return StandingState.OPEN_FOR_APPLICATIONS
        status = place_newcomer(terms, capacity=seats.capacity, taken=seats.taken, waiting=seats.waiting, now=now)
    except Refused as refused:
        return unavailable[refused.code]
    is_seat = status is EnrollmentStatus.CONFIRMED
    return StandingState.OPEN if is_seat else StandingState.FULL_WITH_WAITLIST


def decide_standing(
    terms: EnrollmentTerms,
    seats: Seats,
    own: EnrollmentStatus | None,
    *,
    was_promoted: bool = False,
    now: datetime,
) -> Standing:
    """Where a person with this enrollment (their latest, or none) stands at this instant."""
    offer = offer_to_newcomer(terms, seats, now)
    return Standing(_state(terms, offer, own, was_promoted=was_promoted, now=now), offer)


def _state(
    terms: EnrollmentTerms,
    offer: StandingState,
    own: EnrollmentStatus | None,
    *,
    was_promoted: bool,
    now: datetime,
) -> StandingState:
    if own in {EnrollmentStatus.ATTENDED, EnrollmentStatus.NO_SHOW}:
        return StandingState(own)
    if own is None or offer is StandingState.EVENT_CANCELLED:
        return offer
    has_ended = terms.event_status == "completed" or now >= terms.effective_end_at
    if own is EnrollmentStatus.WAITLISTED:
        return StandingState.LAPSED if has_ended or now >= terms.starts_at else StandingState.WAITLISTED
    if own is EnrollmentStatus.PENDING:
        return StandingState.LAPSED if has_ended else StandingState.PENDING
    if own in {EnrollmentStatus.CONFIRMED, EnrollmentStatus.CHECKED_IN} and has_ended:
        return StandingState.SETTLING
    if own is EnrollmentStatus.CONFIRMED and was_promoted:
        return StandingState.PROMOTED
    return StandingState(own)
