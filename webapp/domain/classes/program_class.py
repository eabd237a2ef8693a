"""The life of a program class: one running of a program at a facility, from a start to an end date.

`docs/rules.md` repeats the table of its moves for readers.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum

from webapp.domain.refusal import Refused


class ClassStatus(StrEnum):
    SCHEDULED = "scheduled"
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class SessionStatus(StrEnum):
    """Of one session of a class."""

    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"


C = ClassStatus

#: Nothing of the class changes any more.
FROZEN = frozenset({C.COMPLETED, C.CANCELLED})
#: It has begun: an ended enrollment may be opened again. Only `active` stamps `enrolled_at`.
RUNNING = frozenset({C.ACTIVE, C.PAUSED})
#: No session of it takes place.
NOT_MEETING = FROZEN | {C.PAUSED}

LEGAL_MOVES: frozenset[tuple[C, C]] = frozenset(
    {
        (C.SCHEDULED, C.ACTIVE),
        (C.SCHEDULED, C.CANCELLED),
        (C.ACTIVE, C.PAUSED),
        (C.ACTIVE, C.COMPLETED),
        (C.ACTIVE, C.CANCELLED),
        (C.PAUSED, C.ACTIVE),
        (C.PAUSED, C.COMPLETED),
        (C.PAUSED, C.CANCELLED),
    }
)
#: An activation that was a mistake, taken back on the same local date.
UNDO_OF_ACTIVATION = (C.ACTIVE, C.SCHEDULED)

#: A class lasts at most so many days.
MAX_DAYS = 731
MAX_CAPACITY = 100_000


class SessionStanding(StrEnum):
    """What a session of a class is at some instant, as people are told."""

    TO_COME = "to_come"
    RUNNING = "running"
    HELD = "held"
    CANCELLED = "cancelled"
    #: Its class is paused; it is held if the class goes on before.
    PAUSED = "paused"
    #: Its class was over before.
    NOT_HELD = "not_held"


def session_standing(
    class_status: str, *, is_cancelled: bool, starts_at: datetime, ends_at: datetime, now: datetime
) -> SessionStanding:
    """Where a session stands: no session takes place while its class does not meet (`NOT_MEETING`)."""
    if is_cancelled:
        return SessionStanding.CANCELLED
    if ends_at <= now:
        return SessionStanding.HELD
    if class_status in FROZEN:
        return SessionStanding.NOT_HELD
    if class_status == C.PAUSED:
        return SessionStanding.PAUSED
    return SessionStanding.RUNNING if starts_at <= now else SessionStanding.TO_COME


def require_legal_move(from_status: C, to_status: C) -> None:
    """Refuse a move that is not in the table: `class_frozen` out of a frozen class, else `illegal_class_move`."""
    if from_status in FROZEN:
        raise Refused("class_frozen", status=from_status)
    if (from_status, to_status) not in LEGAL_MOVES:
        raise Refused("illegal_class_move", from_status=from_status, to_status=to_status)


def require_not_frozen(status: C) -> None:
    """Refuse any change of a completed or cancelled class (`class_frozen`)."""
    if status in FROZEN:
        raise Refused("class_frozen", status=status)


def require_dates(starts_on: date, ends_on: date) -> None:
    """Refuse a start after the end (`start_after_end`), and a class that lasts too long (`class_too_long`)."""
    if starts_on > ends_on:
        raise Refused("start_after_end", starts_on=starts_on, ends_on=ends_on)
    if (ends_on - starts_on).days >= MAX_DAYS:
        raise Refused("class_too_long", days=MAX_DAYS)


@dataclass(frozen=True, slots=True)
class Traces:
    """What a class has left behind; a class with any of it is kept."""

    enrollments: int
    marks: int
    completions: int
    #: Sessions held online whose room the video server told of.
    meetings: int = 0


def require_deletable(status: C, traces: Traces) -> None:
    """Only a scheduled class that nobody ever enrolled in may be deleted (`class_not_deletable`)."""
    if status is not C.SCHEDULED:
        raise Refused("class_not_deletable", status=status)
    left = {name: number for name, number in asdict(traces).items() if number}
    if left:
        raise Refused("class_not_deletable", **left)


def require_archivable(status: C) -> None:
    """Archiving is for completed and cancelled classes (`class_not_archivable`)."""
    if status not in FROZEN:
        raise Refused("class_not_archivable", status=status)


def require_program_offers(*, is_active: bool, is_archived: bool, is_offered_here: bool) -> None:
    """Refuse a class of an inactive or archived program, or at a facility that does not offer it."""
    if is_archived or not is_active:
        raise Refused("program_inactive")
    if not is_offered_here:
        raise Refused("program_not_offered_here")
