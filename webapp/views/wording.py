"""The one table of status words and of refusals. Nothing else prints a status."""

from dataclasses import dataclass
from datetime import datetime
from string import Formatter

from webapp.views.instants import when


@dataclass(frozen=True, slots=True)
class StatusWords:
    """`participant` is said to the person it is about, `crew` to everybody else."""

    participant: str
    crew: str
    tone: str  # brand, ok, solid, wait, no, mute
    icon: str
    crew_tone: str | None = None  # where staff must notice what a person need not be blamed for


ENROLLMENT = {
    "pending": StatusWords("Waiting for the organizer", "Pending", "wait", "clock"),
    "waitlisted": StatusWords("You are on the waitlist", "Waitlisted", "wait", "clock"),
    "confirmed": StatusWords("You are enrolled", "Confirmed", "ok", "check"),
    "checked_in": StatusWords("You are checked in", "Checked in", "solid", "door"),
    "attended": StatusWords("Thanks for coming", "Attended", "ok", "yes"),
    "no_show": StatusWords("Not counted as attended", "No-show", "mute", "miss", crew_tone="no"),
    "cancelled": StatusWords("You gave up your place", "Cancelled", "mute", "out"),
    "rejected": StatusWords("Not accepted by the organizer", "Not accepted", "mute", "full"),
}

EVENT = {
    "draft": StatusWords("Not published yet", "Draft", "mute", "edit"),
    "published": StatusWords("Open", "Published", "brand", "cal"),
    "completed": StatusWords("Finished", "Completed", "mute", "yes"),
    "cancelled": StatusWords("Called off", "Called off", "no", "miss"),
}

TRIGGER = {
    "user": "Participant",
    "organizer": "Organizer",
    "admin": "Admin",
    "system": "System",
}

# Several sentences for one code: the first whose facts are all known is said.
REFUSALS: dict[str, tuple[str, ...]] = {
    "event_full": ("Event is full",),
    "already_enrolled": ("You are already enrolled. Nothing was changed.",),
    "not_open_yet": ("Enrollment opens {opens_at}.", "Enrollment is not open yet."),
    "enrollment_closed": ("Enrollment closed on {closes_at}.", "Enrollment is closed."),
    "event_not_published": ("This event is not open for enrollment.",),
    "deadline_passed": (
        "Places could be given up until {deadline}. Write to the organizer instead.",
        "The time to give up a place has passed. Write to the organizer instead.",
    ),
    "not_enrolled": ("{name} is not enrolled. Nothing was changed.", "You are not enrolled. Nothing was changed."),
    "stale": ("This changed a moment ago. Look at it and decide again.",),
    "illegal_move": (
        "The status is {from_status}, so this is not possible. Nothing was changed.",
        "This is not possible any more. Nothing was changed.",
    ),
    "reason_required": ("Enter a reason",),
    "capacity_below_seats": (
        "{people} already confirmed. Enter {seats} or more, or cancel places first.",
        "More people are confirmed than that. Enter a higher number, or cancel places first.",
    ),
}
UNKNOWN_REFUSAL = "That is not possible right now. Nothing was changed."


def _stored(status: object) -> str:
    return str(getattr(status, "value", status))


def enrollment_words(status: object) -> StatusWords:
    return ENROLLMENT[_stored(status)]


def event_words(status: object) -> StatusWords:
    return EVENT[_stored(status)]


def trigger_words(trigger: object) -> str:
    return TRIGGER[_stored(trigger)]


def refusal_sentence(code: object, *, tz: str | None = None, now: datetime | None = None, **facts: object) -> str:
    """One sentence for a refusal, from the code and the facts the domain gave.

    Instants are written in `tz` (and left out without one), statuses in words.
    """
    said = {name: _fact_in_words(name, fact, tz, now) for name, fact in facts.items()}
    known = {name: words for name, words in said.items() if words is not None}
    seats = facts.get("seats")
    if isinstance(seats, int):
        known["people"] = "1 person is" if seats == 1 else f"{seats:,} people are"
    for sentence in REFUSALS.get(_stored(code), ()):
        if all(name in known for _, name, _, _ in Formatter().parse(sentence) if name):
            return sentence.format(**known)
    return UNKNOWN_REFUSAL


def _fact_in_words(name: str, fact: object, tz: str | None, now: datetime | None) -> str | None:
    if fact is None:
        return None
    if isinstance(fact, datetime):
        return when(fact, tz, now) if tz else None
    if name.endswith("_status"):
        words = ENROLLMENT.get(_stored(fact))
        return words.crew if words else None
    return f"{fact:,}" if isinstance(fact, int) else str(fact)
