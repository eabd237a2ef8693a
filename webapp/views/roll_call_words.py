"""The words for roll-call: marks, reasons of absence, and why staff should talk to somebody."""

from collections.abc import Mapping

from webapp.domain.class_progress import Concern, Progress, Told
from webapp.domain.roll_call import AbsenceCategory as A
from webapp.domain.roll_call import RollCallStatus as R
from webapp.views.wording import StatusWords

ROLL_CALL: Mapping[R, StatusWords] = {
    R.PRESENT: StatusWords("You were there", "Present", "ok", "check"),
    R.PARTIAL: StatusWords("You were there for part of it", "Partial", "wait", "part"),
    R.ABSENT_EXCUSED: StatusWords("You were not there, excused", "Excused", "mute", "out"),
    R.ABSENT_UNEXCUSED: StatusWords("You were not there", "Unexcused", "mute", "miss", crew_tone="no"),
}
CATEGORY: Mapping[A, str] = {
    A.ILLNESS: "Illness", A.WORK: "Work", A.APPOINTMENT: "Appointment", A.FAMILY: "Family",
    A.TRANSPORT: "Transport", A.OTHER: "Other",
}  # fmt: skip
_CONCERNS: Mapping[Concern, str] = {
    Concern.NEVER_PRESENT: "Never there in {number} sessions",
    Concern.MANY_UNEXCUSED: "{number} unexcused",
    Concern.IN_A_ROW: "Missed the last {number}",
    Concern.OUT_OF_REACH: "Cannot reach {number} any more",
}


def roll_call_words(status: object) -> StatusWords:
    """Present, Partial, Excused, Unexcused."""
    return ROLL_CALL[R(str(status))]


def category_words(category: object) -> str:
    """Illness, Work, ..."""
    return CATEGORY[A(str(category))]


def concern_words(told: Told) -> str:
    """Missed the last 3, 3 unexcused, ..."""
    return _CONCERNS[told.concern].format(number=told.number)


def progress_words(progress: Progress, *, is_in: bool = True) -> str:
    """8 of 10, you may miss 1 more; without the second half for somebody who has left."""
    attended = f"{progress.attended_words} of {progress.marked}"
    if not is_in:
        return attended
    if progress.is_out_of_reach:
        return f"{attended}, and {progress.needed} of {progress.sessions} cannot be reached any more"
    if progress.is_reached:
        return f"{attended}, that is enough"
    if progress.may_miss == 0:
        return f"{attended}, you may not miss any more"
    return f"{attended}, you may miss {progress.may_miss} more"
