"""The words for roll-call: marks, reasons of absence, and why staff should talk to somebody."""

from collections.abc import Mapping

from webapp.domain.classes.class_progress import Concern, Progress, Told
from webapp.domain.classes.roll_call import AbsenceCategory as A
from webapp.domain.classes.roll_call import RollCallStatus as R
from webapp.languages.words import N_, gettext
from webapp.views.words.statuses import StatusWords

ROLL_CALL: Mapping[R, StatusWords] = {
    R.PRESENT: StatusWords(N_("You were there"), N_("Present"), "ok", "check"),
    R.PARTIAL: StatusWords(N_("You were there for part of it"), N_("Partial"), "wait", "part"),
    R.ABSENT_EXCUSED: StatusWords(N_("You were not there, excused"), N_("Excused"), "mute", "out"),
    R.ABSENT_UNEXCUSED: StatusWords(N_("You were not there"), N_("Unexcused"), "mute", "miss", crew_tone="no"),
}
CATEGORY: Mapping[A, str] = {
    A.ILLNESS: N_("Illness"),
    A.WORK: N_("Work"),
    A.APPOINTMENT: N_("Appointment"),
    A.FAMILY: N_("Family"),
    A.TRANSPORT: N_("Transport"),
    A.OTHER: N_("Other"),
}
_CONCERNS: Mapping[Concern, str] = {
    Concern.NEVER_PRESENT: N_("Never there in {number} sessions"),
    Concern.MANY_UNEXCUSED: N_("{number} unexcused"),
    Concern.IN_A_ROW: N_("Missed the last {number}"),
    Concern.OUT_OF_REACH: N_("Cannot reach {number} any more"),
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
    attended = gettext("{attended} of {marked}", attended=progress.attended_words, marked=progress.marked)
    if not is_in:
        return attended
    if progress.is_out_of_reach:
        return gettext(
            "{attended}, and {needed} of {sessions} cannot be reached any more",
            attended=attended,
            needed=progress.needed,
            sessions=progress.sessions,
        )
    if progress.is_reached:
        return gettext("{attended}, that is enough", attended=attended)
    if progress.may_miss == 0:
        return gettext("{attended}, you may not miss any more", attended=attended)
    return gettext("{attended}, you may miss {may_miss} more", attended=attended, may_miss=progress.may_miss)
