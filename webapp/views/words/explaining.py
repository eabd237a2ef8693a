"""Explanations in words: one sentence per code, said to the person or about them."""

from collections.abc import Iterable
from datetime import datetime

from flask import Flask

from webapp.domain.events.explanation import Explanation, Sentence
from webapp.domain.permission import Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.languages.kept_texts import kept_text
from webapp.languages.words import N_, gettext
from webapp.views.words.instants import days_list, when
from webapp.views.words.statuses import enrollment_words

#: Code -> (said to the participant, said to the crew).
_WORDS: dict[str, tuple[str, str]] = {
    "requires_the_day": (
        N_("To be counted as attended, you need to check in."),
        N_("To count as attended, a check-in is needed."),
    ),
    "requires_all_days": (
        N_("To be counted as attended, you need to come on all {total} days."),
        N_("To count as attended, all {total} days are needed."),
    ),
    "requires_any_day": (
        N_("To be counted as attended, you need to come on at least 1 of the {total} days."),
        N_("To count as attended, at least 1 of {total} days is needed."),
    ),
    "requires_minimum_days": (
        N_("To be counted as attended, you need to come on at least {required} of the {total} days."),
        N_("To count as attended, at least {required} of {total} days are needed."),
    ),
    "present": (
        N_("You were checked in on {present_days}: {days}."),
        N_("Checked in on {present_days}: {days}."),
    ),
    "never_checked_in": (N_("You weren’t checked in."), N_("Never checked in.")),
    "outside_days": (
        N_("A check-in on {days} is outside the event’s days, so it doesn’t count."),
        N_("A check-in on {days} is outside the event’s days, so it doesn’t count."),
    ),
    "taken_back": (
        N_("A check-in on {days} was undone at the desk, so it doesn’t count."),
        N_("A check-in on {days} was undone at the desk, so it doesn’t count."),
    ),
    "was_online": (
        N_("You took part in the online session on {days}, which counts as your check-in."),
        N_("Checked in for taking part in an online session on {days}."),
    ),
    "online_taken_back": (
        N_(
            "A check-in for the online session on {days} was undone: when we measured the session again, it no "
            "longer counted."
        ),
        N_("A check-in for the online session on {days} was undone when the session was measured again."),
    ),
    "would_attend": (
        N_("If the event ended now, this would count as attended."),
        N_("If the event closed now, this would be Attended."),
    ),
    "would_miss": (
        N_("If the event ended now, this would not count as attended."),
        N_("If the event closed now, this would be No-show."),
    ),
    "closed_attended": (
        N_("So you were marked as attended when the event closed, {at}."),
        N_("So the outcome was Attended when the event closed, {at}."),
    ),
    "closed_no_show": (
        N_("So you weren’t marked as attended when the event closed, {at}."),
        N_("So the outcome was No-show when the event closed, {at}."),
    ),
    "closed_undecided": (
        N_("We couldn’t decide when the event closed, {at}. {reason}"),
        N_("The outcome couldn’t be decided when the event closed, {at}. {reason}"),
    ),
    "settled": (
        N_("The organizer decided “{to_status}” on {at} because: “{reason}”"),
        N_("{actor} decided {to_status} on {at} because: “{reason}”"),
    ),
    "settled_late": (
        N_("On {at}, new information decided it: “{to_status}”."),
        N_("On {at}, late evidence from an online session decided it: {to_status}."),
    ),
    "late_attended": (
        N_(
            "Later, on {at}, we learned that you were in the online session for long enough. That doesn’t "
            "change the outcome automatically. Ask the organizer to correct it."
        ),
        N_("Found on {at}, after the decision: by the online sessions as measured now, this would be Attended."),
    ),
    "late_no_show": (
        N_("Later, on {at}, the online session was measured again and no longer counts. The outcome stays the same."),
        N_(
            "Found on {at}, after the decision: by the online sessions as measured now, this would be No-show. "
            "Attended can’t be changed to No-show."
        ),
    ),
    "evidence_differs": (
        N_("Something changed after that, and by today’s record the outcome would be different. Ask the organizer."),
        N_("Check-ins or the rule changed after that, and by today’s record the outcome would be different."),
    ),
    "override": (
        N_("An admin set this to “{to_status}” on {at} because: “{reason}”"),
        N_("{actor} (admin) set this to {to_status} on {at} because: “{reason}”"),
    ),
    "withdrawal": (
        N_("An admin withdrew that correction on {at}, so it’s “{to_status}” again, because: “{reason}”"),
        N_("{actor} (admin) withdrew that correction on {at}, back to {to_status}, because: “{reason}”"),
    ),
    "reopening": (
        N_("The event was reopened on {at}, so “{from_status}” no longer counts, because: “{reason}”"),
        N_("{actor} (admin) reopened the event on {at}, back to {to_status}, because: “{reason}”"),
    ),
    "is_pending": (
        N_("You applied on {at}. The organizer hasn’t decided yet."),
        N_("Applied on {at}. Not decided yet; closing the event leaves this as it is."),
    ),
    "is_waitlisted": (
        N_("You’ve been on the waitlist since {at} and are number {rank}. No place has opened for you yet."),
        N_("On the waitlist since {at}, position {rank}. Closing the event leaves this as it is."),
    ),
    "is_released": (
        N_("You weren’t checked in by {at}, so your place was given to someone who was waiting at the door."),
        N_("Not checked in by {at}: the place was given to someone in the standby line."),
    ),
    "is_rejected": (
        N_("The organizer declined your application on {at}."),
        N_("{actor} declined the application on {at}."),
    ),
}
#: "is_cancelled", by who did it.
_CANCELLED = {
    Trigger.USER: (N_("You cancelled on {at}."), N_("Cancelled by the participant on {at}.")),
    Trigger.ORGANIZER: (
        N_("The organizer cancelled your place on {at}."),
        N_("Cancelled by {actor} (organizer) on {at}."),
    ),
    Trigger.ADMIN: (N_("The organizer cancelled your place on {at}."), N_("Cancelled by {actor} (admin) on {at}.")),
    Trigger.SYSTEM: (N_("Cancelled automatically on {at}."), N_("Cancelled automatically on {at}.")),
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
    words = _CANCELLED[Trigger(str(values["by"]))] if sentence.code == "is_cancelled" else _WORDS[sentence.code]
    said = words[to_crew].format(**known)
    if "by" in values and values["reason"]:
        return f"{said} {gettext('Reason: “{reason}”', reason=known['reason'])}"
    return said


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
        return f"\u2068{kept_text(value)}\u2069"
    return "" if value is None else str(value)


def register_explaining(app: Flask) -> None:
    """Give templates `explanation_sentences` and `reasons_in_words`."""
    app.jinja_env.globals["explanation_sentences"] = explanation_sentences
    app.jinja_env.globals["reasons_in_words"] = in_words
