"""Where somebody stands with an event, and what the event offers a newcomer: facts in, state out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from webapp.domain.event_life import EventStatus
from webapp.domain.places.access import STRANGER, Comer
from webapp.domain.places.enrollment import (
    CLOSABLE,
    CLOSED,
    EnrollmentMethod,
    EnrollmentStatus,
    EnrollmentTerms,
    can_take_seat,
    enrollment_closes_at,
    place_newcomer,
    require_open,
)
from webapp.domain.places.standby import MAY_STAND_BY
from webapp.domain.refusal import Refused


class StandingState(StrEnum):
    """One block of the event page each; the block's template has the state's name."""

    OPEN = "open"
    OPEN_FOR_APPLICATIONS = "open_for_applications"
    FULL_WITH_WAITLIST = "full_with_waitlist"
    FULL = "full"
    NOT_OPEN = "not_open"
    #: Only who has the link gets in, or who is on the list: the reader is not known to be.
    NEEDS_LINK = "needs_link"
    NOT_ON_LIST = "not_on_list"
    CLOSED = "closed"
    UNPUBLISHED = "unpublished"
    EVENT_CANCELLED = "event_cancelled"
    PENDING = "pending"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    PLACE_OPENED = "place_opened"
    STILL_WAITING = "still_waiting"
    #: Nobody moves up any more, and there is a standby line at the door; they stand in it.
    STANDBY_OPEN = "standby_open"
    IN_STANDBY = "in_standby"
    RELEASED = "released"
    PROMOTED = "promoted"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    SETTLING = "settling"
    LAPSED = "lapsed"
    ATTENDED = "attended"
    NO_SHOW = "no_show"
    UNDECIDED = "undecided"
    CANCELLED = "cancelled"
    REJECTED = "rejected"

    @property
    def is_of_event(self) -> bool:
        """Whether it tells of the event as anybody sees it, and not of somebody's own enrollment."""
        return self in _OF_EVENT


_OF_EVENT = frozenset(
    {
        StandingState.OPEN,
        StandingState.OPEN_FOR_APPLICATIONS,
        StandingState.FULL_WITH_WAITLIST,
        StandingState.FULL,
        StandingState.NOT_OPEN,
        StandingState.NEEDS_LINK,
        StandingState.NOT_ON_LIST,
        StandingState.CLOSED,
        StandingState.UNPUBLISHED,
        StandingState.EVENT_CANCELLED,
    }
)
#: What a newcomer can press a button for.
ENROLLABLE = frozenset({StandingState.OPEN, StandingState.OPEN_FOR_APPLICATIONS, StandingState.FULL_WITH_WAITLIST})


@dataclass(frozen=True, slots=True)
class Seats:
    """Seats and queue of an event. No `capacity` is unlimited."""

    capacity: int | None
    taken: int
    waiting: int
    #: Of those who wait, to how many a seat is offered: it counts as taken.
    offered: int = 0
    #: How many of those who wait a newcomer stands behind; None: all to whom none is offered.
    ahead: int | None = None

    @property
    def ahead_of_newcomer(self) -> int:
        return self.waiting - self.offered if self.ahead is None else self.ahead

    @property
    def free(self) -> int | None:
        """Seats nobody has; None is unlimited."""
        return None if self.capacity is None else max(self.capacity - self.taken, 0)


@dataclass(frozen=True, slots=True)
class StandbyLine:
    """The standby line of an event as one person sees it: since when nobody moves up, and whether they stand in it."""

    opens_at: datetime
    has_arrived: bool = False

    def is_open(self, terms: EnrollmentTerms, now: datetime) -> bool:
        """Whether there is anything to come to the door for."""
        return terms.event_status == EventStatus.PUBLISHED and now < terms.effective_end_at


@dataclass(frozen=True, slots=True)
class Standing:
    """`state` is what the person is told; `offer` is what a newcomer would be offered now."""

    state: StandingState
    offer: StandingState

    @property
    def can_enroll(self) -> bool:
        """Whether the page shows a button to get in."""
        if self.state is StandingState.PLACE_OPENED:
            return True
        return self.offer in ENROLLABLE and self.state in {self.offer, StandingState.CANCELLED}

    def not_yet(self) -> "Standing":
        """The same where others may enroll first; who is in already stands where they stand."""
        if not self.can_enroll:
            return self
        state = StandingState.NOT_OPEN if self.state is self.offer else self.state
        return Standing(state, StandingState.NOT_OPEN)


def offer_to_newcomer(terms: EnrollmentTerms, seats: Seats, now: datetime, comer: Comer = STRANGER) -> StandingState:
    """What an event offers somebody who is not in it; the rule of enrolling itself decides."""
    unavailable = {
        "event_not_published": StandingState.UNPUBLISHED,
        "not_open_yet": StandingState.NOT_OPEN,
        "needs_link": StandingState.NEEDS_LINK,
        "not_on_list": StandingState.NOT_ON_LIST,
        "enrollment_closed": StandingState.CLOSED,
        "event_full": StandingState.FULL,
    }
    if terms.event_status == EventStatus.CANCELLED:
        return StandingState.EVENT_CANCELLED
    if terms.event_status == EventStatus.COMPLETED:
        return StandingState.CLOSED
    try:
        require_open(terms, now, comer)
        if terms.method is EnrollmentMethod.APPLICATION:
            return StandingState.OPEN_FOR_APPLICATIONS
        status = place_newcomer(
            terms, capacity=seats.capacity, taken=seats.taken, waiting=seats.ahead_of_newcomer, now=now
        )
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
    held_until: datetime | None = None,
    needs: int = 1,
    standby: StandbyLine | None = None,
    comer: Comer = STRANGER,
    now: datetime,
) -> Standing:
    """Where a person with this enrollment (their latest, or none) stands at this instant.

    `held_until`: of an offer that nobody has ended yet. `needs`: so many seats at once, where they wait with others.
    `standby`: where the event has such a line. `comer`: what is known of them, where not everybody is let in.
    """
    offer = offer_to_newcomer(terms, seats, now, comer)
    is_open = standby is not None and standby.is_open(terms, now)
    if standby is not None and is_open and standby.has_arrived and own in MAY_STAND_BY:
        return Standing(StandingState.IN_STANDBY, offer)
    if own is EnrollmentStatus.WAITLISTED and offer is not StandingState.EVENT_CANCELLED:
        is_offered = held_until is not None and now < held_until
        comes_to_door = standby is not None and is_open and now >= standby.opens_at
        state = _state_in_line(terms, seats, needs, now, comes_to_door=comes_to_door)
        return Standing(StandingState.OFFERED if is_offered else state, offer)
    return Standing(_state(terms, offer, own, was_promoted=was_promoted, now=now), offer)


def _state_in_line(
    terms: EnrollmentTerms, seats: Seats, needs: int, now: datetime, *, comes_to_door: bool
) -> StandingState:
    """Who waits: moved up until the start; after it they may take a free seat while enrollment is open.

    `comes_to_door`: free seats go to a standby line by now.
    """
    if comes_to_door and not can_take_seat(terms, capacity=seats.capacity, taken=seats.taken + needs - 1, now=now):
        return StandingState.STANDBY_OPEN
    if terms.event_status == EventStatus.COMPLETED or now >= max(terms.starts_at, enrollment_closes_at(terms)):
        return StandingState.LAPSED
    if can_take_seat(terms, capacity=seats.capacity, taken=seats.taken + needs - 1, now=now):
        return StandingState.PLACE_OPENED
    return StandingState.WAITLISTED if now < terms.starts_at else StandingState.STILL_WAITING


def _state(
    terms: EnrollmentTerms,
    offer: StandingState,
    own: EnrollmentStatus | None,
    *,
    was_promoted: bool,
    now: datetime,
) -> StandingState:
    if own in CLOSED:
        return StandingState(own)
    if own is None or offer is StandingState.EVENT_CANCELLED:
        return offer
    has_ended = terms.event_status == EventStatus.COMPLETED or now >= terms.effective_end_at
    if own is EnrollmentStatus.PENDING:
        return StandingState.LAPSED if has_ended else StandingState.PENDING
    if own in CLOSABLE and has_ended:
        return StandingState.SETTLING
    if own is EnrollmentStatus.CONFIRMED and was_promoted:
        return StandingState.PROMOTED
    return StandingState(own)
