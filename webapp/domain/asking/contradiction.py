"""Where a person's own answer and the record of them do not go together."""

from webapp.domain.asking.attendance_response import PRESENT, Answer
from webapp.domain.places.enrollment import EnrollmentStatus as S

#: Every pair that does. What is not decided yet (confirmed), or never was a place, contradicts nothing.
CONTRADICTIONS: frozenset[tuple[Answer, S]] = frozenset(
    {
        *((answer, S.NO_SHOW) for answer in PRESENT),
        (Answer.NOT_ATTENDED, S.ATTENDED),
        (Answer.NOT_ATTENDED, S.CHECKED_IN),
    }
)


def contradicts(answer: str | None, status: str | None) -> bool:
    """Whether what the person says is not what the record says. Neither changes the other."""
    return (answer, status) in CONTRADICTIONS
