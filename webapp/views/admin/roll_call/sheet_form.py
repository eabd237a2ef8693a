"""The form of a roll-call as it was sent: a few fields per person, named after their id."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import request

from webapp.domain.numbers import MAX_ID, MAX_VERSION, parse_whole
from webapp.domain.refusal import Refused
from webapp.domain.roll_call import NOTE_LIMIT, AbsenceCategory, Line, RollCallStatus
from webapp.domain.text import clean_prose
from webapp.services.classes.roll_call import Said
from webapp.views.form_input import one_field
from webapp.views.wording import refusal_sentence

#: The field that every person's line has: the version of their mark on the page.
_VERSION = "version-"


@dataclass
class SheetForm:
    """What was said, as typed, and what is wrong with it: user id -> sentence."""

    said: dict[int, Said] = field(default_factory=dict)
    typed: dict[int, Mapping[str, str]] = field(default_factory=dict)
    errors: dict[int, str] = field(default_factory=dict)


def read_sheet(*, rest_present: bool) -> SheetForm:
    """Every person's line; with `rest_present` who has no status is present.

    Raises `number_invalid` for ids and versions that the page never sent.
    """
    form = SheetForm()
    for name in request.form:
        if name.startswith(_VERSION):
            user_id = parse_whole(name.removeprefix(_VERSION), low=1, high=MAX_ID, field="person")
            version = parse_whole(one_field(name), low=0, high=MAX_VERSION, field="version")
            form.typed[user_id] = typed = _typed(user_id)
            try:
                is_rest = rest_present and not typed["status"]
                line = _line(typed, RollCallStatus.PRESENT if is_rest else typed["status"])
                form.said[user_id] = Said(line, version, only_if_open=is_rest)
            except Refused as refused:
                form.errors[user_id] = refusal_sentence(refused.code, **refused.facts)
    return form


def as_typed(line: Line) -> Mapping[str, str]:
    """A line as its fields show it."""
    return {
        "status": line.status or "", "in": line.in_clock, "out": line.out_clock, "category": line.category or "",
        "note": line.note,
    }  # fmt: skip


def _typed(user_id: int) -> Mapping[str, str]:
    return {name: one_field(f"{name}-{user_id}") for name in ("status", "in", "out", "category", "note")}


def _line(typed: Mapping[str, str], status: str) -> Line:
    try:
        return Line(
            RollCallStatus(status) if status else None, _clock(typed["in"]), _clock(typed["out"]),
            AbsenceCategory(typed["category"]) if typed["category"] else None,
            clean_prose(typed["note"], limit=NOTE_LIMIT, field="note"),
        )  # fmt: skip
    except ValueError:
        raise Refused("unknown_choice", field="status") from None


def _clock(text: str) -> str:
    """9:05 and 09:05 are the same."""
    text = text.strip()
    return f"0{text}" if len(text) == 4 and text[1] == ":" else text
