"""Explanations in words: one sentence per code, said to the person or about them."""

from collections.abc import Iterable
from datetime import datetime

from flask import Flask

from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.domain.explanation import Explanation, Sentence
from webapp.views.instants import days_list, when
from webapp.views.wording import enrollment_words

#: Code -> (said to the participant, said to the crew).
_WORDS: dict[str, tuple[str, str]] = {
    "requires_the_day": ("To count as attended, you had to check in.", "Attended asks for a check-in."),
    "requires_all_days": (
        "This event asks for all {total} days.",
        "Attended asks for all {total} days.",
    ),
    "requires_any_day": (
        "This event asks for at least 1 of its {total} days.",
        "Attended asks for at least 1 of {total} days.",
    ),
    "requires_minimum_days": (
        "This event asks for at least {required} of its {total} days.",
        "Attended asks for at least {required} of {total} days.",
    ),
    "present": (
        "You were checked in on {present_days}: {days}.",
        "Checked in on {present_days}: {days}.",
    ),
    "never_checked_in": ("You were not checked in.", "Never checked in."),
    "outside_days": (
        "A check-in on {days} is outside the days of the event and does not count.",
        "A check-in on {days} is outside the days of the event and does not count.",
    ),
    "taken_back": (
        "A check-in on {days} was taken back at the desk and does not count.",
        "A check-in on {days} was taken back at the desk and does not count.",
    ),
    "was_online": (
        "You took part in the online session on {days}; that counts as your check-in.",
        "Checked in for taking part in an online session on {days}.",
    ),
    "online_taken_back": (
        "A check-in for the online session on {days} was taken back: measured anew, it does not count.",
        "A check-in for the online session on {days} was taken back when it was measured anew.",
    ),
    "would_attend": (
        "If the event ended now, this would count as attended.",
        "Closed now, this becomes Attended.",
    ),
    "would_miss": (
        "If the event ended now, this would not count as attended.",
        "Closed now, this becomes No-show.",
    ),
    "closed_attended": (
        "So it counts as attended. Decided when the event was closed, {at}.",
        "So the closing job decided Attended, {at}.",
    ),
    "closed_no_show": (
        "So it does not count as attended. Decided when the event was closed, {at}.",
        "So the closing job decided No-show, {at}.",
    ),
    "evidence_differs": (
        "Something was changed after that: by today's record it would be decided differently. Ask the organizer.",
        "Check-ins or the policy were changed after that: by today's record it would be decided differently.",
    ),
    "override": (
        "An admin set this to “{to_status}” on {at} because: “{reason}”",
        "{actor} (admin) set this to {to_status} on {at} because: “{reason}”",
    ),
    "withdrawal": (
        "An admin took that correction back on {at}, so it is “{to_status}” again, because: “{reason}”",
        "{actor} (admin) took that correction back to {to_status} on {at} because: “{reason}”",
    ),
    "is_pending": (
        "You applied on {at}. The organizer has not decided yet.",
        "Applied on {at}. Not decided yet; closing the event leaves this as it is.",
    ),
    "is_waitlisted": (
        "You have been on the waitlist since {at}, now at position {rank}. No place has opened for you.",
        "On the waitlist since {at}, position {rank}. Closing the event leaves this as it is.",
    ),
    "is_cancelled": ("Cancelled {by} on {at}.{because}", "Cancelled {by} on {at}.{because}"),
    "is_rejected": (
        "The organizer did not accept the application, {at}.{because}",
        "{actor} did not accept the application, {at}.{because}",
    ),
}
_BY = {
    "user": ("by you", "by the participant"),
    "organizer": ("by the organizer", "by {actor} (organizer)"),
    "admin": ("by the organizer", "by {actor} (admin)"),
    "system": ("automatically", "by the system"),
}
#: Statuses inside a sentence that is said to the person.
_TO_PARTICIPANT = {
    S.CONFIRMED: "enrolled",
    S.CHECKED_IN: "checked in",
    S.ATTENDED: "attended",
    S.NO_SHOW: "not attended",
}


def explanation_sentences(
    explanation: Explanation, reader: str = "participant", now: datetime | None = None
) -> list[str]:
    """The reasons of an explanation, in order, for its `participant` or for the `crew`."""
    return in_words(explanation.sentences, reader=reader, timezone=explanation.timezone, now=now)


def in_words(sentences: Iterable[Sentence], *, reader: str, timezone: str, now: datetime | None = None) -> list[str]:
    """Those sentences in words; instants and days in `timezone`. Plain text, to be escaped."""
    return [_said(sentence, reader, timezone, now) for sentence in sentences]


def _said(sentence: Sentence, reader: str, timezone: str, now: datetime | None) -> str:
    to_crew = reader != "participant"
    values = dict(sentence.values)
    known = {name: _in_words(value, to_crew, timezone, now) for name, value in values.items()}
    if "present" in values:
        known["present_days"] = _days(values["present"], values["total"])
    if "by" in values:
        known["by"] = _BY[str(values["by"])][to_crew].format(actor=known["actor"])
        known["because"] = f" Reason: “{known['reason']}”" if values["reason"] else ""
    return _WORDS[sentence.code][to_crew].format_map(known)


def _days(present: object, total: object) -> str:
    return f"{present} of {total} days" if total != 1 else "the day of the event"


def _in_words(value: object, to_crew: bool, timezone: str, now: datetime | None) -> str:
    if isinstance(value, datetime):
        return when(value, timezone, now)
    if isinstance(value, tuple):
        return days_list(value)
    if isinstance(value, S):
        return enrollment_words(value).crew if to_crew else _TO_PARTICIPANT.get(value, value)
    if isinstance(value, str):
        # A name or a reason may run from right to left; it must not turn the sentence around.
        return f"\u2068{value}\u2069"
    return "" if value is None else str(value)


def register_explaining(app: Flask) -> None:
    """Give templates `explanation_sentences` and `reasons_in_words`."""
    app.jinja_env.globals["explanation_sentences"] = explanation_sentences
    app.jinja_env.globals["reasons_in_words"] = in_words
