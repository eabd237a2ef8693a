"""The words for roll-call: marks, reasons of absence, and why staff should talk to somebody."""

from collections.abc import Mapping
from typing import Any

from webapp.domain.classes.class_progress import Concern, Progress, Told
from webapp.domain.classes.roll_call import AbsenceCategory as A
from webapp.domain.classes.roll_call import RollCallStatus as R
from webapp.languages.words import N_, gettext, ngettext
from webapp.views.words.refusals import refusal_sentence
from webapp.views.words.statuses import StatusWords

ROLL_CALL: Mapping[R, StatusWords] = {
    R.PRESENT: StatusWords(N_("You were there"), N_("Present"), "ok", "check"),
    R.PARTIAL: StatusWords(N_("You were there for part of it"), N_("Partial"), "wait", "part"),
    R.ABSENT_EXCUSED: StatusWords(N_("You weren’t there (excused)"), N_("Excused"), "mute", "out"),
    R.ABSENT_UNEXCUSED: StatusWords(N_("You weren’t there"), N_("Unexcused"), "mute", "miss", crew_tone="no"),
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
    Concern.NEVER_PRESENT: N_("Absent from all {number} sessions"),
    Concern.MANY_UNEXCUSED: N_("{number} unexcused"),
    Concern.IN_A_ROW: N_("Missed the last {number}"),
    Concern.OUT_OF_REACH: N_("Can no longer reach {number}"),
}
#: Why a session cannot be marked, where somebody looks at it and nothing was tried.
_NO_ROLL_CALL: Mapping[str, str] = {
    "roll_call_not_begun": N_("This class hasn’t started yet, so no one can be marked."),
    "session_cancelled": N_("This session was called off, so no one can be marked."),
    "session_in_future": N_("This session is on a later date, so no one can be marked yet."),
}


def no_roll_call_sentence(code: str, **facts: Any) -> str:
    """Why nobody can be marked in a session that somebody looks at."""
    return str(_NO_ROLL_CALL[code]) if code in _NO_ROLL_CALL else refusal_sentence(code, **facts)


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
    """8 of 10, 1 more absence allowed; without the second half for somebody who has left."""
    attended = gettext("{attended} of {marked}", attended=progress.attended_words, marked=progress.marked)
    if not is_in:
        return attended
    if progress.is_out_of_reach:
        return gettext(
            "{attended}, so {needed} of {sessions} can no longer be reached",
            attended=attended,
            needed=progress.needed,
            sessions=progress.sessions,
        )
    if progress.is_reached:
        return gettext("{attended}, which is enough", attended=attended)
    if progress.may_miss == 0:
        return gettext("{attended}, no more absences allowed", attended=attended)
    return ngettext(
        "{attended}, {n} more absence allowed",
        "{attended}, {n} more absences allowed",
        progress.may_miss,
        attended=attended,
    )
