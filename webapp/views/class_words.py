"""The words for programs, classes and the people in them: statuses, moves and lines of the trail."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from webapp.domain.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.program_class import ClassStatus as C
from webapp.views.instants import MONTHS, WEEKDAYS, span
from webapp.views.wording import StatusWords

CLASS: Mapping[str, StatusWords] = {
    C.SCHEDULED: StatusWords("Not started yet", "Scheduled", "mute", "cal"),
    C.ACTIVE: StatusWords("Running", "Active", "ok", "door"),
    C.PAUSED: StatusWords("Paused", "Paused", "wait", "clock"),
    C.COMPLETED: StatusWords("Finished", "Completed", "solid", "yes"),
    C.CANCELLED: StatusWords("Cancelled", "Cancelled", "no", "miss"),
}
CLASS_ENROLLMENT: Mapping[str, StatusWords] = {
    E.ENROLLED: StatusWords("You are enrolled", "Enrolled", "ok", "check"),
    E.WAITLISTED: StatusWords("You are on the waitlist", "Waitlisted", "wait", "clock"),
    E.CANCELLED: StatusWords("Your place was cancelled", "Cancelled", "mute", "out"),
    E.COMPLETED: StatusWords("You completed this class", "Completed", "solid", "yes"),
    E.WITHDRAWN: StatusWords("You withdrew", "Withdrawn", "mute", "out"),
    E.DROPPED: StatusWords("You left this class", "Dropped", "mute", "out"),
    E.FAILED: StatusWords("Not passed", "Failed", "mute", "miss", crew_tone="no"),
    E.TRANSFERRED: StatusWords("You moved to another class", "Transferred", "mute", "to"),
}
#: What pressing the button does, by the status it leads to (from paused, active is a resumption).
_MOVES: Mapping[C, str] = {
    C.ACTIVE: "Activate", C.PAUSED: "Pause", C.COMPLETED: "Complete", C.CANCELLED: "Cancel the class",
}  # fmt: skip


def class_words(status: object) -> StatusWords:
    """Scheduled, Active, Paused, Completed, Cancelled."""
    return CLASS[str(status)]


def class_enrollment_words(status: object) -> StatusWords:
    """Enrolled, Waitlisted, Withdrawn, ..."""
    return CLASS_ENROLLMENT[str(status)]


def move_words(from_status: object, to_status: object) -> str:
    """The verb on a button: Activate, Resume, Pause, Complete, Cancel the class."""
    if C(str(from_status)) is C.PAUSED and C(str(to_status)) is C.ACTIVE:
        return "Resume"
    return _MOVES[C(str(to_status))]


def date_words(on: date, now: Any = None) -> str:
    """Sat 13 June 2026; without the year in the year of `now`."""
    year = "" if now is not None and now.year == on.year else f" {on.year}"
    return f"{WEEKDAYS[on.weekday()][:3]} {on.day} {MONTHS[on.month - 1]}{year}"


#: What an edit changed, as its trail line names it.
_FIELDS: Mapping[str, str] = {
    "title": "title", "description": "description", "facility_id": "facility", "instructor_id": "instructor",
    "room_id": "room", "capacity": "places", "has_waitlist": "waitlist", "starts_on": "start", "ends_on": "end",
    "required_percent": "share of sessions",
}  # fmt: skip


def change_words_of_class(change: Any) -> str:
    """One line of a class's trail in words: "Paused, from active", "Edited: places, end"."""
    facts = change.facts or {}
    match str(change.kind):
        case "created":
            return "Created"
        case "edited":
            return "Edited: " + ", ".join(_FIELDS.get(name, name) for name in facts.get("fields", ()))
        case "activated":
            return "Activated by the schedule" if change.job_run_id else "Activated"
        case "activation_undone":
            return "Activation taken back"
        case "archived":
            return "Archived"
        case "deleted":
            return "Deleted"
        case _:
            was, became = class_words(change.from_status).crew, class_words(change.to_status).crew
            return f"{became}, was {was.lower()}"


def kept_change_words(before: Mapping[str, Any], after: Mapping[str, Any], timezone: str) -> str:
    """What a change made of a session: its new time, or what else is different about it."""
    said = kept_words(after, timezone)
    if said != kept_words(before, timezone):
        return said
    if after.get("online_kind") != before.get("online_kind"):
        return "held online" if after.get("online_kind") else "not held online"
    return "another room or instructor"


def kept_words(kept: Mapping[str, Any], timezone: str) -> str:
    """Where a session stood, as its trail kept it: "Mon 15 June 2026, 18:30 to 20:00", or "Cancelled"."""
    if kept["status"] == "cancelled":
        return "Cancelled"
    return span(datetime.fromisoformat(kept["starts_at"]), datetime.fromisoformat(kept["ends_at"]), timezone)
