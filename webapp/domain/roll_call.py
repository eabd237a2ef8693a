"""Roll-call: what staff say about one person in one session of a class."""

from enum import StrEnum


class RollCallStatus(StrEnum):
    PRESENT = "present"
    PARTIAL = "partial"
    ABSENT_EXCUSED = "absent_excused"
    ABSENT_UNEXCUSED = "absent_unexcused"


class AbsenceCategory(StrEnum):
    """Why somebody was not there (or not all of the time), in a word."""

    ILLNESS = "illness"
    WORK = "work"
    APPOINTMENT = "appointment"
    FAMILY = "family"
    TRANSPORT = "transport"
    OTHER = "other"
