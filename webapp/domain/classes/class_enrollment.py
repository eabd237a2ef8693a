"""The life of an enrollment in a class: the only legal moves, and what each status of the class allows.

Class scheduled: only cancelling. Running: anything but cancelling.
Frozen: nothing, but for what completing or cancelling the class itself does.
"""

from enum import StrEnum

from webapp.domain.classes.program_class import FROZEN, RUNNING, ClassStatus
from webapp.domain.places.enrollment import TransitionKind
from webapp.domain.refusal import Refused


class ClassEnrollmentStatus(StrEnum):
    ENROLLED = "enrolled"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    DROPPED = "dropped"
    FAILED = "failed"
    TRANSFERRED = "transferred"


E = ClassEnrollmentStatus

#: A seat is taken by these.
SEATED = frozenset({E.ENROLLED, E.COMPLETED})
#: A person has at most one of these per class.
LIVE = frozenset({E.ENROLLED, E.WAITLISTED})
#: Ended while the class ran, with a reason; may be opened again while it runs.
ENDED = frozenset({E.WITHDRAWN, E.DROPPED, E.FAILED, E.TRANSFERRED})

LEGAL_MOVES: frozenset[tuple[E | None, E]] = frozenset(
    {
        (None, E.ENROLLED),
        (None, E.WAITLISTED),
        (E.WAITLISTED, E.ENROLLED),
        (E.WAITLISTED, E.CANCELLED),
        (E.ENROLLED, E.CANCELLED),
        (E.ENROLLED, E.COMPLETED),
        *((E.ENROLLED, ended) for ended in ENDED),
        *((ended, E.ENROLLED) for ended in ENDED),
    }
)


def require_legal(from_status: E | None, to_status: E, kind: TransitionKind) -> None:
    """Refuse any move that is not in the table (`illegal_move`); there are no overrides in a class."""
    if kind is not TransitionKind.MOVE or (from_status, to_status) not in LEGAL_MOVES:
        raise Refused("illegal_move", from_status=from_status, to_status=to_status)


def require_allowed(class_status: ClassStatus, from_status: E, to_status: E) -> None:
    """Refuse a person's move that the class does not allow now.

    Raises `class_frozen`; `class_not_begun` for an end other than cancelling before the class
    runs; `class_running` for cancelling a seat while it runs (a place in line may always be given up).
    """
    if class_status is ClassStatus.SCHEDULED:
        if to_status is not E.CANCELLED and not (from_status is E.WAITLISTED and to_status is E.ENROLLED):
            raise Refused("class_not_begun", to_status=to_status)
        return
    if class_status not in RUNNING:
        raise Refused("class_frozen", status=class_status)
    if to_status is E.CANCELLED and from_status is not E.WAITLISTED:
        raise Refused("class_running", to_status=to_status)
    if to_status is E.COMPLETED:
        # People complete with their class.
        raise Refused("illegal_move", from_status=from_status, to_status=to_status)


def possible_ends(class_status: ClassStatus, from_status: E) -> tuple[E, ...]:
    """How staff may end this enrollment now, in the order of a form."""
    possible = []
    for to_status in (E.CANCELLED, E.WITHDRAWN, E.DROPPED, E.TRANSFERRED, E.FAILED):
        if (from_status, to_status) not in LEGAL_MOVES:
            continue
        try:
            require_allowed(class_status, from_status, to_status)
        except Refused:
            continue
        possible.append(to_status)
    return tuple(possible)


def left_as(class_status: ClassStatus, from_status: E, *, while_running: E) -> E | None:
    """What becomes of an enrollment whose person leaves the class for good; None where there is nothing to end.

    A place in line and one in a class that has not begun are cancelled; a place in a class that
    runs, paused or not, becomes `while_running`.
    """
    if from_status not in LIVE or class_status in FROZEN:
        return None
    return while_running if from_status is E.ENROLLED and class_status in RUNNING else E.CANCELLED


def place_newcomer(class_status: ClassStatus, *, has_waitlist: bool, capacity: int, taken: int, waiting: int) -> E:
    """The status of somebody who is let in now: a seat, or the end of the waitlist.

    Nobody jumps the queue. Raises `class_frozen` and `class_full`.
    """
    if class_status is not ClassStatus.SCHEDULED and class_status not in RUNNING:
        raise Refused("class_frozen", status=class_status)
    if taken < capacity and not waiting:
        return E.ENROLLED
    if has_waitlist:
        return E.WAITLISTED
    raise Refused("class_full", capacity=capacity)
