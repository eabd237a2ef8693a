"""The words for programs, classes and the people in them: statuses, moves and lines of the trail."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.classes.program_class import ClassStatus as C
from webapp.domain.classes.program_class import SessionStanding as S
from webapp.domain.classes.program_class import SessionStatus, session_standing
from webapp.languages.words import N_, gettext
from webapp.views.words.instants import date_in_words, span
from webapp.views.words.statuses import StatusWords, alike

CLASS: Mapping[str, StatusWords] = {
    C.SCHEDULED: StatusWords(N_("Not started yet"), N_("Scheduled"), "mute", "cal"),
    C.ACTIVE: StatusWords(N_("Running"), N_("Active"), "ok", "door"),
    C.PAUSED: alike(N_("Paused"), "wait", "clock"),
    C.COMPLETED: StatusWords(N_("Finished"), N_("Completed"), "solid", "yes"),
    C.CANCELLED: alike(N_("Called off"), "no", "miss"),
}
CLASS_ENROLLMENT: Mapping[str, StatusWords] = {
    E.ENROLLED: StatusWords(N_("You are enrolled"), N_("Enrolled"), "ok", "check"),
    E.WAITLISTED: StatusWords(N_("You are on the waitlist"), N_("Waitlisted"), "wait", "clock"),
    E.CANCELLED: StatusWords(N_("Your place was cancelled"), N_("Cancelled"), "mute", "out"),
    E.COMPLETED: StatusWords(N_("You completed this class"), N_("Completed"), "solid", "yes"),
    E.WITHDRAWN: StatusWords(N_("You withdrew"), N_("Withdrawn"), "mute", "out"),
    E.DROPPED: StatusWords(N_("You left this class"), N_("Dropped"), "mute", "out"),
    E.FAILED: StatusWords(N_("Not passed"), N_("Failed"), "mute", "miss", crew_tone="no"),
    E.TRANSFERRED: StatusWords(N_("You were transferred"), N_("Transferred"), "mute", "to"),
}
#: What pressing the button does, by the status it leads to (from paused, active is a resumption).
_MOVES: Mapping[C, str] = {
    C.ACTIVE: N_("Activate"),
    C.PAUSED: N_("Pause"),
    C.COMPLETED: N_("Complete"),
    C.CANCELLED: N_("Call the class off"),
}


_SESSION: Mapping[S, StatusWords] = {
    S.TO_COME: alike(N_("Upcoming"), "mute", "cal"),
    S.RUNNING: alike(N_("Running"), "brand", "door"),
    S.HELD: alike(N_("Held"), "mute", "yes"),
    S.CANCELLED: alike(N_("Called off"), "no", "miss"),
    S.PAUSED: alike(N_("Paused"), "wait", "clock"),
    S.NOT_HELD: alike(N_("Not held"), "mute", "out"),
}


def class_session_words(class_status: object, session: Any, now: datetime) -> StatusWords:
    """Upcoming, Running, Held, Called off, Paused, Not held."""
    return _SESSION[
        session_standing(
            str(class_status),
            is_cancelled=getattr(session, "status", SessionStatus.SCHEDULED) == SessionStatus.CANCELLED,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            now=now,
        )
    ]


def class_words(status: object) -> StatusWords:
    """Scheduled, Active, Paused, Completed, Called off."""
    return CLASS[str(status)]


def class_enrollment_words(status: object) -> StatusWords:
    """Enrolled, Waitlisted, Withdrawn, ..."""
    return CLASS_ENROLLMENT[str(status)]


def move_words(from_status: object, to_status: object) -> str:
    """The verb on a button: Activate, Resume, Pause, Complete, Call the class off."""
    if C(str(from_status)) is C.PAUSED and C(str(to_status)) is C.ACTIVE:
        return gettext("Resume")
    return _MOVES[C(str(to_status))]


def date_words(on: date, now: Any = None) -> str:
    """Sat 13 June 2026; without the year in the year of `now`."""
    return date_in_words(on, has_year=now is None or now.year != on.year)


#: What an edit changed, as its trail line names it.
_FIELDS: Mapping[str, str] = {
    "title": N_("title"),
    "description": N_("description"),
    "facility_id": N_("facility"),
    "instructor_id": N_("instructor"),
    "room_id": N_("room"),
    "capacity": N_("places"),
    "has_waitlist": N_("waitlist"),
    "starts_on": N_("start"),
    "ends_on": N_("end"),
    "required_percent": N_("share of sessions"),
}


def change_words_of_class(change: Any) -> str:
    """One line of a class's trail in words: "Paused, from active", "Edited: places, end"."""
    facts = change.facts or {}
    match str(change.kind):
        case "created":
            return gettext("Created")
        case "edited":
            fields = [str(_FIELDS.get(name, name)) for name in facts.get("fields", ())]
            return gettext("Edited: {fields}", fields=", ".join(fields))
        case "activated":
            return gettext("Started automatically") if change.job_run_id else gettext("Started")
        case "activation_undone":
            return gettext("Start undone")
        case "archived":
            return gettext("Archived")
        case "deleted":
            return gettext("Deleted")
        case _:
            was, became = class_words(change.from_status).crew, class_words(change.to_status).crew
            return gettext("{became}, was {was}", became=became, was=was.lower())


def kept_change_words(before: Mapping[str, Any], after: Mapping[str, Any], timezone: str) -> str:
    """What a change made of a session: its new time, or what else is different about it."""
    said = kept_words(after, timezone)
    if said != kept_words(before, timezone):
        return said
    if after.get("online_kind") != before.get("online_kind"):
        return gettext("held online") if after.get("online_kind") else gettext("no longer online")
    return gettext("different room or instructor")


def kept_words(kept: Mapping[str, Any], timezone: str) -> str:
    """Where a session stood, as its trail kept it: "Mon 15 June 2026, 18:30 to 20:00", or "Called off"."""
    if kept["status"] == SessionStatus.CANCELLED:
        return gettext("Called off")
    return span(datetime.fromisoformat(kept["starts_at"]), datetime.fromisoformat(kept["ends_at"]), timezone)
