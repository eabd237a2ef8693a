"""The life of an enrollment in an event: the only legal moves, and who may start them.

`docs/rules.md` repeats the table of its moves for readers.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from webapp.domain.event_life import EventStatus
from webapp.domain.permission import Trigger
from webapp.domain.places.access import STRANGER, Comer, WhoMay, opens_for, require_admitted
from webapp.domain.refusal import Refused


class EnrollmentStatus(StrEnum):
    PENDING = "pending"
    WAITLISTED = "waitlisted"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    #: Absent after the start: the seat was given to somebody who waited at the door. First in line if they come.
    RELEASED = "released"
    ATTENDED = "attended"
    NO_SHOW = "no_show"
    #: Closure cannot know: what is missing could change the result. People or late evidence settle it.
    UNDECIDED = "undecided"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


class TransitionKind(StrEnum):
    MOVE = "move"
    OVERRIDE = "override"
    WITHDRAWAL = "withdrawal"
    #: The event was closed too early: what closing wrote goes back to what stood before.
    REOPENING = "reopening"


class EnrollmentMethod(StrEnum):
    RSVP = "rsvp"
    APPLICATION = "application"


class EnrollmentSource(StrEnum):
    """How somebody came to the event or the class."""

    WEB = "web"
    WALK_IN = "walk_in"
    IMPORT = "import"
    #: Added by name.
    STAFF = "staff"


S = EnrollmentStatus

#: A seat is taken by these.
SEATED = frozenset({S.CONFIRMED, S.CHECKED_IN, S.ATTENDED, S.UNDECIDED})
#: A person has at most one of these per event.
LIVE = frozenset({S.PENDING, S.WAITLISTED, S.CONFIRMED, S.CHECKED_IN, S.RELEASED, S.ATTENDED, S.NO_SHOW, S.UNDECIDED})
#: What a person, an organizer or the end of the event can still cancel.
CANCELLABLE = frozenset({S.PENDING, S.WAITLISTED, S.CONFIRMED, S.RELEASED})
#: Whom the deadline binds: who has a place, or asks for one.
BOUND = CANCELLABLE - {S.WAITLISTED, S.RELEASED}
#: What closure decides, whatever else is known. Nothing else is a reason to process an event.
CLOSABLE = frozenset({S.CONFIRMED, S.CHECKED_IN})
#: What closure may find and decide: who lost the place and did not come, too.
DECIDABLE = CLOSABLE | {S.RELEASED}
#: It has not ended yet.
ONGOING = CANCELLABLE | CLOSABLE
#: What an attendance came to.
DECIDED = frozenset({S.ATTENDED, S.NO_SHOW})
#: What closure leaves behind.
CLOSED = DECIDED | {S.UNDECIDED}
#: A place of which nobody knows yet what became.
OUTCOME_OPEN = CLOSABLE | {S.UNDECIDED}
#: A place that was held to the end, whatever became of it. Who gave theirs up did not miss the event.
PLACE_HELD = CLOSABLE | CLOSED
#: A place that was held, and whose seat is free again.
UNSEATED = PLACE_HELD - SEATED

LEGAL_MOVES: frozenset[tuple[S | None, S]] = frozenset(
    {
        (None, S.CONFIRMED),
        (None, S.WAITLISTED),
        (None, S.PENDING),
        (S.PENDING, S.CONFIRMED),
        (S.PENDING, S.WAITLISTED),
        (S.PENDING, S.REJECTED),
        (S.PENDING, S.CANCELLED),
        (S.WAITLISTED, S.CANCELLED),
        # Who left the line by themselves, a moment ago.
        (S.CANCELLED, S.WAITLISTED),
        (S.CONFIRMED, S.CANCELLED),
        (S.WAITLISTED, S.CONFIRMED),
        (S.CONFIRMED, S.CHECKED_IN),
        (S.CHECKED_IN, S.CONFIRMED),
        # Absent after the start, and the standby line gets the seat; a seat is free, or it was taken back.
        (S.CONFIRMED, S.RELEASED),
        (S.RELEASED, S.CONFIRMED),
        (S.RELEASED, S.CANCELLED),
        # Who came and found no seat stays released.
        (S.RELEASED, S.NO_SHOW),
        (S.CONFIRMED, S.NO_SHOW),
        (S.CHECKED_IN, S.ATTENDED),
        (S.CHECKED_IN, S.NO_SHOW),
        (S.CONFIRMED, S.UNDECIDED),
        (S.CHECKED_IN, S.UNDECIDED),
        (S.UNDECIDED, S.ATTENDED),
        (S.UNDECIDED, S.NO_SHOW),
    }
)
#: Corrections by an admin, with a reason. A withdrawal walks one of them backwards.
OVERRIDES: frozenset[tuple[S, S]] = frozenset({(S.NO_SHOW, S.ATTENDED), (S.CONFIRMED, S.CHECKED_IN)})
#: What closing may have written, walked backwards.
REOPENINGS: frozenset[tuple[S, S]] = frozenset(
    (after, before) for before, after in LEGAL_MOVES if before in DECIDABLE and after in CLOSED
)


def require_legal(from_status: S | None, to_status: S, kind: TransitionKind) -> None:
    """Refuse any move that is not in the tables above (`illegal_move`)."""
    allowed = {
        TransitionKind.MOVE: (from_status, to_status) in LEGAL_MOVES,
        TransitionKind.OVERRIDE: (from_status, to_status) in OVERRIDES,
        TransitionKind.WITHDRAWAL: (to_status, from_status) in OVERRIDES,
        TransitionKind.REOPENING: (from_status, to_status) in REOPENINGS,
    }
    if not allowed[kind]:
        raise Refused("illegal_move", from_status=from_status, to_status=to_status)


@dataclass(frozen=True, slots=True)
class EnrollmentTerms:
    """What decides about a new enrollment: the policy's terms and the event's times."""

    event_status: str
    method: EnrollmentMethod
    has_waitlist: bool
    opens_at: datetime | None
    closes_at: datetime | None
    starts_at: datetime
    effective_end_at: datetime
    who_may: WhoMay = WhoMay.OPEN
    #: For people on the list; None: for them, too, from `opens_at` on.
    list_opens_at: datetime | None = None

    @classmethod
    def of(cls, event: Any, event_status: str) -> "EnrollmentTerms":
        """The terms of an event, given with the columns of event and policy."""
        return cls(
            event_status=event_status,
            method=EnrollmentMethod(event.method),
            has_waitlist=event.has_waitlist,
            opens_at=event.opens_at,
            closes_at=event.closes_at,
            starts_at=event.starts_at,
            effective_end_at=event.effective_end_at,
            who_may=WhoMay(event.who_may),
            list_opens_at=event.list_opens_at,
        )


def enrollment_closes_at(terms: EnrollmentTerms) -> datetime:
    """The instant enrollment closes: the policy's own, else the start; never after the end."""
    return min(terms.closes_at or terms.starts_at, terms.effective_end_at)


def require_open(terms: EnrollmentTerms, now: datetime, comer: Comer = STRANGER) -> None:
    """The one rule of who may enroll by themselves now: who is let in at all, within `[opening, closes_at)`.

    Raises `event_not_published`, `enrollment_closed`, `needs_link`, `not_on_list`, `not_open_yet` (fact: `opens_at`).
    """
    if terms.event_status != EventStatus.PUBLISHED:
        raise Refused("event_not_published")
    closes_at = enrollment_closes_at(terms)
    if now >= closes_at:
        raise Refused("enrollment_closed", closes_at=closes_at)
    require_admitted(terms.who_may, comer)
    opens_at = opens_for(terms.opens_at, terms.list_opens_at, comer)
    if opens_at is not None and now < opens_at:
        raise Refused("not_open_yet", opens_at=opens_at)


def place_newcomer(
    terms: EnrollmentTerms, *, capacity: int | None, taken: int, waiting: int, now: datetime, stands_by: bool = False
) -> S:
    """The status of somebody who is let in now: a seat, or the end of the waitlist.

    Nobody jumps the queue: a free seat belongs to whoever waits. The waitlist ends with
    the start, so from then on a free seat is free for whoever is there (`event_full` else, but for
    who `stands_by`: they are at the door of an event with a standby line).
    """
    waitlist_runs = now < terms.starts_at
    has_seat = capacity is None or taken < capacity
    if has_seat and not (waiting and waitlist_runs):
        return S.CONFIRMED
    if terms.has_waitlist and (waitlist_runs or stands_by):
        return S.WAITLISTED
    raise Refused("event_full", capacity=capacity)


def can_take_seat(terms: EnrollmentTerms, *, capacity: int | None, taken: int, now: datetime) -> bool:
    """Whether somebody who waits may take a seat by pressing the button: `require_seat_to_take` lets them."""
    try:
        require_seat_to_take(terms, capacity=capacity, taken=taken, now=now)
    except Refused:
        return False
    return True


def require_seat_to_take(terms: EnrollmentTerms, *, capacity: int | None, taken: int, now: datetime) -> None:
    """After the start nobody moves up by themselves any more: while enrollment is open, a free seat goes to
    whoever presses first, of those who wait and of newcomers alike.

    Raises `still_in_line` before the start, `event_full`, and what `require_open` raises.
    """
    require_open(terms, now, Comer(is_in=True))
    if now < terms.starts_at:
        raise Refused("still_in_line")
    if capacity is not None and taken >= capacity:
        raise Refused("event_full", capacity=capacity)


def cancellation_deadline(starts_at: datetime, hours_before: int | None) -> datetime:
    """Until when a participant may give up a place; exclusive."""
    return starts_at - timedelta(hours=hours_before or 0)


def leave_until(
    status: S,
    *,
    starts_at: datetime,
    hours_before: int | None,
    leaves_freely: bool,
    now: datetime,
    leaves_late: bool = False,
) -> datetime | None:
    """Until when the person may still give back what they have (exclusive); None where they may not (any more).

    `leaves_late`: the no-show policy lets them after the deadline. The one rule behind the button and behind every
    sentence that invites to it.
    """
    if status not in CANCELLABLE:
        return None
    until = _deadline_of(status, starts_at, hours_before, leaves_freely or leaves_late)
    return until if now < until else None


def _deadline_of(status: S, starts_at: datetime, hours_before: int | None, leaves_freely: bool) -> datetime:
    """The deadline binds whoever got the place before it; what waits or `leaves_freely` goes until the start."""
    is_bound = status in BOUND and not leaves_freely
    return cancellation_deadline(starts_at, hours_before) if is_bound else starts_at


def is_late_leaving(
    status: S, *, starts_at: datetime, hours_before: int | None, leaves_freely: bool, now: datetime
) -> bool:
    """Whether somebody who gives a place back now does so after the deadline that binds them."""
    return status is S.CONFIRMED and now >= _deadline_of(status, starts_at, hours_before, leaves_freely)


def is_past_deadline(starts_at: datetime, hours_before: int | None, at: datetime) -> bool:
    """Whether a place given at that instant could never be given back by the deadline: it leaves freely then."""
    return at >= cancellation_deadline(starts_at, hours_before)


def frees_everybody(before: tuple[datetime, int | None], after: tuple[datetime, int | None], now: datetime) -> bool:
    """Whether an edit lets everybody who has a place leave freely: start and hours, before and after.

    It does where it moves a deadline that was still to come into the past, or the event to another time
    when the deadline is over: nobody agreed to that.
    """
    return is_past_deadline(*after, now) and (not is_past_deadline(*before, now) or before[0] != after[0])


def require_cancellable(
    status: S,
    *,
    by: Trigger,
    starts_at: datetime,
    hours_before: int | None,
    now: datetime,
    leaves_freely: bool = False,
    leaves_late: bool = False,
) -> None:
    """Refuse what cannot be cancelled (any more) by this actor; `leaves_late` as in `leave_until`."""
    if status not in CANCELLABLE:
        raise Refused("illegal_move", from_status=status, to_status=S.CANCELLED)
    deadline = _deadline_of(status, starts_at, hours_before, leaves_freely or leaves_late)
    if by is Trigger.USER and now >= deadline:
        raise Refused("deadline_passed", deadline=deadline)
