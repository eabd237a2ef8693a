"""What a move keeps of itself in an enrollment of an event, and what it writes only once."""

from dataclasses import dataclass
from datetime import datetime

from webapp.domain.places.enrollment import REOPENINGS
from webapp.domain.places.enrollment import EnrollmentStatus as S

#: The column that keeps when a status was reached; who waits or applied has their place in line instead.
_REACHED = {
    S.CONFIRMED: "confirmed_at",
    S.CHECKED_IN: "checked_in_at",
    S.RELEASED: "released_at",
    S.ATTENDED: "attended_at",
    S.NO_SHOW: "no_show_at",
    S.UNDECIDED: "undecided_at",
    S.CANCELLED: "cancelled_at",
    S.REJECTED: "rejected_at",
}
#: Moves after which the status that was left was never reached.
_BACKWARDS = REOPENINGS | {
    (S.CHECKED_IN, S.CONFIRMED),
    (S.RELEASED, S.CONFIRMED),
    (S.CANCELLED, S.WAITLISTED),
    (S.ATTENDED, S.NO_SHOW),
}


@dataclass(frozen=True, slots=True)
class FirstTime:
    """A value for a column that has none yet; where it has one, that stays."""

    value: datetime


def reached(from_status: S, to_status: S, at: datetime) -> dict[str, object]:
    """The instants that a move writes: when its status was first reached, and that the one it undoes never was."""
    values: dict[str, object] = {}
    if to_status in _REACHED:
        # The first time counts: a withdrawn correction does not rewrite when a seat was given.
        values[_REACHED[to_status]] = FirstTime(at)
    if (from_status, to_status) in _BACKWARDS:
        values[_REACHED[from_status]] = None
    return values
