"""Explanations in words: one sentence per code, said to the person or about them."""

from collections.abc import Iterable
from datetime import datetime

from flask import Flask

from webapp.domain.events.explanation import Explanation, Sentence
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.languages.words import N_, gettext
from webapp.views.words.instants import days_list, when
from webapp.views.words.statuses import enrollment_words

#: Code -> (said to the participant, said to the crew).
_WORDS: dict[str, tuple[str, str]] = {
    "requires_the_day": (N_("To count as attended, you had to check in."), N_("Attended asks for a check-in.")),
    "requires_all_days": (
        N_("This event asks for all {total} days."),
        N_("Attended asks for all {total} days."),
    ),
    "requires_any_day": (
        N_("This event asks for at least 1 of its {total} days."),
        N_("Attended asks for at least 1 of {total} days."),
    ),
    "requires_minimum_days": (
        N_("This event asks for at least {required} of its {total} days."),
        N_("Attended asks for at least {required} of {total} days."),
    ),
    "present": (
        N_("You were checked in on {present_days}: {days}."),
        N_("Checked in on {present_days}: {days}."),
    ),
    "never_checked_in": (N_("You were not checked in."), N_("Never checked in.")),
    "outside_days": (
        N_("A check-in on {days} is outside the days of the event and does not count."),
        N_("A check-in on {days} is outside the days of the event and does not count."),
    ),
    "taken_back": (
        N_("A check-in on {days} was taken back at the desk and does not count."),
        N_("A check-in on {days} was taken back at the desk and does not count."),
    ),
    "was_online": (
        N_("You took part in the online session on {days}; that counts as your check-in."),
        N_("Checked in for taking part in an online session on {days}."),
    ),
    "online_taken_back": (
        N_("A check-in for the online session on {days} was taken back: measured anew, it does not count."),
        N_("A check-in for the online session on {days} was taken back when it was measured anew."),
    ),
    "would_attend": (
        N_("If the event ended now, this would count as attended."),
        N_("Closed now, this becomes Attended."),
    ),
    "would_miss": (
        N_("If the event ended now, this would not count as attended."),
        N_("Closed now, this becomes No-show."),
    ),
    "closed_attended": (
        N_("So it counts as attended. Decided when the event was closed, {at}."),
        N_("So the closing job decided Attended, {at}."),
    ),
    "closed_no_show": (
        N_("So it does not count as attended. Decided when the event was closed, {at}."),
        N_("So the closing job decided No-show, {at}."),
    ),
    "closed_undecided": (
        N_("It could not be decided when the event was closed, {at}. {reason}."),
        N_("The closing job could not decide it, {at}. {reason}."),
    ),
    "settled": (
        N_("The organizer decided “{to_status}” on {at} because: “{reason}”"),
        "{actor} decided {to_status} on {at} because: “{reason}”",
    ),
    "settled_late": (
        N_("What we learned later settled it on {at}: “{to_status}”."),
        N_("Late evidence of an online session settled it on {at}: {to_status}."),
    ),
    "late_attended": (
        N_(
            "Later, on {at}, we learned that you were in the online session for long enough. That does not change "
            "the outcome by itself. Ask the organizer to correct it."
        ),
        N_("Found on {at}, after the decision: by what the online sessions say now, this would be Attended."),
    ),
    "late_no_show": (
        N_("Later, on {at}, the online session was measured anew and does not count any more. The outcome stays."),
        N_(
            "Found on {at}, after the decision: by what the online sessions say now, this would be No-show. "
            "There is no way to change Attended to No-show."
        ),
    ),
    "evidence_differs": (
        N_("Something was changed after that: by today's record it would be decided differently. Ask the organizer."),
        N_("Check-ins or the policy were changed after that: by today's record it would be decided differently."),
    ),
    "override": (
        N_("An admin set this to “{to_status}” on {at} because: “{reason}”"),
        N_("{actor} (admin) set this to {to_status} on {at} because: “{reason}”"),
    ),
    "withdrawal": (
        N_("An admin took that correction back on {at}, so it is “{to_status}” again, because: “{reason}”"),
        N_("{actor} (admin) took that correction back to {to_status} on {at} because: “{reason}”"),
    ),
    "is_pending": (
        N_("You applied on {at}. The organizer has not decided yet."),
        N_("Applied on {at}. Not decided yet; closing the event leaves this as it is."),
    ),
    "is_waitlisted": (
        N_("You have been on the waitlist since {at}, now at position {rank}. No place has opened for you."),
        N_("On the waitlist since {at}, position {rank}. Closing the event leaves this as it is."),
    ),
    "is_cancelled": (N_("Cancelled {by} on {at}.{because}"), N_("Cancelled {by} on {at}.{because}")),
    "is_rejected": (
        N_("The organizer did not accept the application, {at}.{because}"),
        N_("{actor} did not accept the application, {at}.{because}"),
    ),
}
_BY = {
    "user": (N_("by you"), N_("by the participant")),
    "organizer": (N_("by the organizer"), N_("by {actor} (organizer)")),
    "admin": (N_("by the organizer"), N_("by {actor} (admin)")),
    "system": (N_("automatically"), N_("by the system")),
}
#: Statuses inside a sentence that is said to the person.
_TO_PARTICIPANT = {
    S.CONFIRMED: N_("enrolled"),
    S.CHECKED_IN: N_("checked in"),
    S.ATTENDED: N_("attended"),
    S.NO_SHOW: N_("not attended"),
    S.UNDECIDED: N_("not decided"),
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
        known["because"] = gettext(" Reason: “{reason}”", reason=known["reason"]) if values["reason"] else ""
    return _WORDS[sentence.code][to_crew].format(**known)


def _days(present: object, total: object) -> str:
    return (
        gettext("{present} of {total} days", present=present, total=total)
        if total != 1
        else gettext("the day of the event")
    )


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
