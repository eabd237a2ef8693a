"""What became of one line of a file, in words."""

from collections.abc import Mapping
from typing import Any

from webapp.languages.words import N_, gettext
from webapp.services.places.guest_import import Result
from webapp.views.words.refusals import refusal_sentence

#: Result -> (words, tint).
_WORDS: dict[str, tuple[str, str]] = {
    Result.ENROLLED: (N_("Gets a place"), "ok"),
    Result.WAITLISTED: (N_("Joins the waitlist"), "wait"),
    Result.ALREADY: (N_("Already in"), "mute"),
    Result.DUPLICATE: (N_("Listed twice"), "mute"),
    Result.SUPERSEDED: (N_("Answered again further down"), "mute"),
    Result.SHARED: (N_("Too many people with one address"), "no"),
    Result.OUT: (N_("Not coming, by the file"), "mute"),
    Result.OPEN: (N_("No answer yet, by the file"), "mute"),
    Result.WAITS: (N_("Waiting in the file, and places are free"), "wait"),
    Result.NO_NAME: (N_("The name is missing"), "no"),
    Result.NO_ADDRESS: (N_("The address is missing"), "no"),
    Result.BAD_NAME: (N_("The name can’t be read"), "no"),
    Result.BAD_ADDRESS: (N_("The address isn’t complete"), "no"),
    Result.GAVE_UP: (N_("Cancelled their place before"), "no"),
    Result.FULL: (N_("The event is full"), "no"),
}


def result_words(result: str) -> str:
    """Gets a place"""
    return gettext(_WORDS[result][0])


def result_tone(result: str) -> str:
    """The tint of its badge."""
    return _WORDS[result][1]


def result_reason(result: str, facts: Mapping[str, Any]) -> str:
    """Which line counts instead, or what is wrong; "" where the words say it all."""
    if "of" in facts and result != Result.SHARED:
        return gettext("See line {line}", line=facts["of"])
    if "status" in facts and result in {Result.OUT, Result.OPEN}:
        return gettext("They have a place here, and keep it")
    if result in {Result.BAD_NAME, Result.BAD_ADDRESS} and facts.get("code"):
        known = dict(facts)
        return refusal_sentence(known.pop("code"), **known)
    return ""
