"""An excuse takes a strike away: why somebody did not come, and whether they said so in time."""

from enum import StrEnum

from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused

#: Characters of what is noted beside the reason.
WORDS_LIMIT = 300
#: Of whom an excuse can be kept: who may turn out a no-show, or did.
EXCUSABLE = frozenset({S.CONFIRMED, S.RELEASED, S.UNDECIDED, S.NO_SHOW})


class ExcuseReason(StrEnum):
    """Why somebody did not come, roughly: no more is asked."""

    ILL = "ill"
    FAMILY = "family"
    WORK = "work"
    TRAVEL = "travel"
    OURS = "ours"
    OTHER = "other"


def is_excusable(status: S, *, cancelled_late: bool = False) -> bool:
    """Whether there is something to excuse, or may come to be."""
    return status in EXCUSABLE or (status is S.CANCELLED and cancelled_late)


def require_excusable(status: S, *, cancelled_late: bool = False) -> None:
    """Refuse (`nothing_to_excuse`) an excuse that would take nothing away."""
    if not is_excusable(status, cancelled_late=cancelled_late):
        raise Refused("nothing_to_excuse")
