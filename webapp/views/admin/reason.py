"""The small forms that ask why: one reason, and the version of what was on the screen."""

from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from webapp.domain.numbers import MAX_VERSION, parse_whole
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_prose

LONGEST_REASON = 500
_SENTENCES = {
    "text_missing": "Enter a reason",
    "text_too_long": f"The reason can have at most {LONGEST_REASON} characters",
    "text_broken": "Remove the control characters from the reason",
}


@dataclass
class ReasonForm:
    """What was typed, and what is wrong with it; `refusal` is a rule's answer in words."""

    reason: str = ""
    version: int | None = None
    errors: dict[str, str] = field(default_factory=dict)
    refusal: str | None = None


def whole_or_none(text: str | None, *, high: int = MAX_VERSION) -> int | None:
    """A whole number from 1 that a hidden field carries, or None."""
    try:
        return parse_whole(text or "", low=1, high=high, field="number")
    except Refused:
        return None


def reason_of(form: MultiDict[str, str], *, required: bool = True) -> ReasonForm:
    """Read `reason` and `version`; a form without a readable version is an old page."""
    typed = form.get("reason", "")
    read = ReasonForm(reason=typed, version=whole_or_none(form.get("version")))
    if len(form.getlist("reason")) > 1:
        read.errors["reason"] = "Enter one reason"
        return read
    try:
        read.reason = clean_prose(typed, limit=LONGEST_REASON, field="reason", required=required)
    except Refused as refused:
        read.errors["reason"] = _SENTENCES[refused.code]
    if read.version is None:
        read.errors["version"] = "This page is too old. Open it again"
    return read
