"""The one table of status words and of refusals. Nothing else prints a status."""

from dataclasses import dataclass
from datetime import date, datetime
from string import Formatter

from webapp.domain.class_enrollment import ClassEnrollmentStatus
from webapp.domain.program_class import ClassStatus
from webapp.views import class_refusals, session_refusals
from webapp.views.instants import MONTHS, when


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

#: The same statuses looked back at, in the person's own history.
RECORD = {
    "pending": StatusWords("Not decided", "Not decided", "mute", "clock"),
    "waitlisted": StatusWords("No place opened", "No place opened", "mute", "clock"),
    "confirmed": StatusWords("Not decided yet", "Not decided yet", "dashed", "clock"),
    "checked_in": StatusWords("Checked in", "Checked in", "solid", "door"),
    "attended": StatusWords("Attended", "Attended", "ok", "yes"),
    "no_show": StatusWords("Not counted as attended", "No-show", "mute", "miss", crew_tone="no"),
    "cancelled": StatusWords("Place given up", "Place given up", "mute", "out"),
    "rejected": StatusWords("Not accepted", "Not accepted", "mute", "full"),
}
NO_RECORD = StatusWords("No record", "No record", "dashed", "eye")

#: A record as strangers see it; what nobody but the person says is told as that.
SHOWN = {
    "attended": StatusWords("Attended", "Attended", "ok", "yes"),
    "partial": StatusWords("Attended in part", "Attended in part", "ok", "part"),
    "own_attended": StatusWords("Says: was there", "Says: was there", "dashed", "yes"),
    "own_partial": StatusWords("Says: part of it", "Says: part of it", "dashed", "part"),
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
        "{people} already confirmed. Enter {taken} or more, or cancel places first.",
        "More people are confirmed than that. Enter a higher number, or cancel places first.",
    ),
    # enrolling and the waitlist
    "no_seat_left": ("All {capacity} places are taken.", "All places are taken."),
    "application_rejected": ("The organizer did not accept your application for this event.",),
    "not_published": ("This event is not published.",),
    "end_at_midnight": (
        "An end at 00:00 counts as one more event day. Enter 23:59 of the evening before, or a later time.",
    ),
    "event_over": ("This event is over. Nothing was changed.",),
    "event_closed": ("This event is closed. Changes go through Enrollments.",),
    "closure_begun": ("This event is being closed. Nothing was changed.",),
    # the desk
    "not_today": ("Check-in is possible on the days of the event only.",),
    "day_not_possible": ("This is not a day of the event.",),
    "event_not_begun": ("This event has not begun yet.",),
    "already_taken_back": (
        "{by} already took this back on {at}. Nothing was changed.",
        "This check-in was already taken back. Nothing was changed.",
    ),
    "helper_link_ended": ("This link does not work any more. Ask the organizer for a new one.",),
    "checked_in_since": ("This person was checked in again since then. Look at it and decide again.",),
    "not_from_desk": ("This check-in was not made at a desk, so it cannot be taken back here.",),
    "decision_unknown": ("Choose what to do with this person",),
    "needs_organizer": ("This is for an organizer to decide. Ask one.",),
    # answers and feedback after an event
    "link_invalid": ("This link does not work. Open it again as it stands in the mail.",),
    "link_expired": (
        "This can no longer be changed here. {organization} can still correct it.",
        "This link does not work any more. Nothing was changed.",
    ),
    "place_gone": ("You have no place in this event any more. Nothing was changed.",),
    "already_said_coming": ("You already said that you are coming. Nothing was changed.",),
    "link_of_somebody_else": ("This link is for somebody else. Nothing was changed.",),
    "answers_not_open": (
        "This event has not begun yet. You can answer from {opens_at}.",
        "This event has not begun yet, so there is nothing to answer.",
    ),
    "answers_closed": ("This can no longer be changed here. The organizer can still correct it.",),
    "event_called_off": ("This event did not take place. There is nothing to answer.",),
    "event_deleted": ("This event no longer exists. There is nothing to answer.",),
    "prompt_answered": ("You have answered already. Nothing was changed.",),
    "prompt_asked_twice": ("You were asked twice, so we will not ask again. You can still answer.",),
    "prompt_already_read": (
        "You will be asked again on {asks_again_at}. You can also answer now.",
        "This question was already read, so it does not come back. You can still answer.",
    ),
    "no_time_to_ask_again": (
        "Answers are taken until {closes_at} only, so we cannot ask again. Answer now.",
        "The time for answers ends before we could ask again. Answer now.",
    ),
    "answer_unknown": ("Choose one of the answers",),
    "feedback_without_answer": ("Say first whether you were there. Nothing was changed.",),
    "feedback_not_there": ("You said that you did not go, so there is nothing to rate. Nothing was changed.",),
    "feedback_missing": ("Choose a rating or press Skip",),
    # organizing
    "already_saved": ("This event was already saved.",),
    "event_frozen": ("This event is finished or called off, so it cannot be changed any more.",),
    "event_not_draft": ("Only a draft can be published. Nothing was changed.",),
    "event_not_cancellable": ("This event cannot be called off any more.",),
    "people_checked_in": ("People are checked in at this event, so it cannot be called off.",),
    "check_ins_outside": ("There are check-ins on days outside these dates. Keep those days.",),
    "sessions_outside_event": ("Online sessions would lie outside these times. Nothing was changed.",),
    "nothing_to_withdraw": ("There is no override to withdraw.",),
    "event_still_published": ("Call this event off before you delete it. People count on it. Nothing was changed.",),
    "title_missing": ("Type the title of the event",),
    "title_differs": ("This is not the title of the event. Type it as it stands above",),
    # an organization's picture
    "picture_missing": ("Choose a PNG file",),
    "picture_not_png": ("This is not a PNG. Save the picture as a PNG and choose that file",),
    "picture_too_large": ("Choose a file of at most {most} KB", "Choose a smaller file"),
    "picture_size": (
        "Choose a picture of {low} to {high} pixels on each side; this one has {width} by {height}",
        "Choose a picture of another size",
    ),
    "picture_broken": ("This file is damaged. Save the picture as a PNG again and choose that file",),
    "end_not_after_start": ("Enter an end that is after the start",),
    "event_too_long": ("An event can last {days} days at most", "Enter an earlier end"),
    "window_upside_down": ("Enrollment has to open before it closes",),
    "window_after_end": ("Enrollment has to close before the event ends",),
    "minimum_days_out_of_range": ("Enter a number of days from 1 to {total}", "Enter fewer days"),
    "unknown_facility": ("Choose a place from the list",),
    "organization_exists": ("There is already an organization with this name.",),
    # guest lists
    "file_empty": ("This file is empty. Choose another one.",),
    "file_broken": ("Line {line} of this file cannot be read.", "This file cannot be read."),
    "no_address_column": ("No column of this file holds email addresses. Name one “Email”.",),
    "too_many_rows": ("This file has more than {most} rows. Split it.", "This file has too many rows. Split it."),
    "encoding_unknown": ("Choose how the text of this file is written",),
    "encoding_wrong": ("This file is not written as {encoding}. Save it as UTF-8.", "Save this file as UTF-8."),
    # what was typed
    "not_found": ("This does not exist, or not any more.",),
    "hook_unverified": ("The signature does not fit.",),
    "hook_unreadable": ("The body is no webhook.",),
    "forbidden": ("You are not allowed to do that. Nothing was changed.",),
    "text_missing": ("Fill this in",),
    "text_broken": ("Remove the characters that cannot be shown",),
    "text_too_long": ("Use at most {limit} characters", "Use fewer characters"),
    "number_invalid": ("Enter a whole number from {low} to {high}", "Enter a whole number"),
    "instant_invalid": ("Enter a date and time like 2026-06-13 10:00",),
    "wall_time_invalid": ("Enter a date and time like 2026-06-13 10:00",),
    "time_skipped": ("The clocks go forward that night and skip this time. Enter a later one",),
    "instant_out_of_range": ("Enter a date in a year closer to now",),
    "date_out_of_range": ("Enter a date in a year closer to now",),
    "unknown_choice": ("Choose one of the answers",),
    "unknown_timezone": ("Choose a time zone from the list",),
    "name_without_letters": ("Enter a name with at least one letter",),
    "field_repeated": ("This form did not arrive whole. Reload the page and try again.",),
    "request_id_invalid": ("This form did not arrive whole. Reload the page and try again.",),
    "request_id_reused": ("This form was already used for something else. Reload the page and try again.",),
    # accounts
    "email_invalid": ("Enter an email address like name@example.org",),
    "email_taken": (
        "This address cannot be used for a new account. If it is yours, sign in or ask for a new password.",
    ),
    "credentials_wrong": ("This email and password do not belong together. Check both.",),
    "current_password_wrong": ("This is not your present password. Enter it again",),
    "password_too_short": ("Use a password of at least {shortest} characters", "Use a longer password"),
    "password_too_long": ("Use a password of at most {longest} characters", "Use a shorter password"),
    # privacy
    "handle_invalid": (
        "Use {shortest} to {longest} letters from a to z, digits and single hyphens between them",
        "Use letters from a to z, digits and single hyphens between them",
    ),
    "handle_reserved": ("This address is kept free. Choose another one",),
    "handle_taken": ("Somebody else has this address. Choose another one",),
    "last_admin": (
        "You are the only admin of {organizations}. Ask who runs this installation to make somebody else an admin "
        "there, then come back.",
        "An organization would be left without an admin. Somebody else has to become one first.",
    ),
    "contact_of": (
        "Your address is the public contact of {organizations}. An admin has to enter another one in the settings "
        "of the organization first.",
        "Your address is the public contact of an organization. An admin has to enter another one first.",
    ),
    "sign_in_again": ("Sign out and in again first: this can be done only shortly after signing in.",),
    "reset_unusable": ("This link was used before or is too old. Ask for a new one.",),
    **session_refusals.SENTENCES,
    **class_refusals.SENTENCES,
}
UNKNOWN_REFUSAL = "That is not possible right now. Nothing was changed."


def _stored(status: object) -> str:
    return str(getattr(status, "value", status))


def enrollment_words(status: object) -> StatusWords:
    return ENROLLMENT[_stored(status)]


def record_words(status: object) -> StatusWords:
    """A status of the past; None is somebody who had no place and may have been there."""
    return NO_RECORD if status is None else RECORD[_stored(status)]


def shown_words(shown: object) -> StatusWords:
    return SHOWN[_stored(shown)]


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
    taken = facts.get("taken")
    if isinstance(taken, int):
        known["people"] = "1 person is" if taken == 1 else f"{taken:,} people are"
    for sentence in REFUSALS.get(_stored(code), ()):
        if all(name in known for _, name, _, _ in Formatter().parse(sentence) if name):
            return sentence.format(**known)
    return UNKNOWN_REFUSAL


def _fact_in_words(name: str, fact: object, tz: str | None, now: datetime | None) -> str | None:
    if fact is None:
        return None
    if isinstance(fact, datetime):
        return when(fact, tz, now) if tz else None
    if isinstance(fact, date):
        return f"{fact.day} {MONTHS[fact.month - 1]} {fact.year}"
    if isinstance(fact, ClassStatus | ClassEnrollmentStatus):
        return fact.value
    if name.endswith("_status"):
        words = (EVENT if name == "event_status" else ENROLLMENT).get(_stored(fact))
        return words.crew if words else None
    return f"{fact:,}" if isinstance(fact, int) else str(fact)
