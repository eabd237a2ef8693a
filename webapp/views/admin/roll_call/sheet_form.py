"""The form of a roll-call as it was sent: a few fields per person, named after their id."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from webapp.domain.classes.roll_call import NOTE_LIMIT, AbsenceCategory, Line, RollCallStatus
from webapp.domain.numbers import MAX_VERSION, parse_whole
from webapp.services.classes.roll_call import Said
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import one_of, or_none, prose
from webapp.views.forms.sent import one_field, row_numbers

_LINE = FormKind(("status", "in", "out", "category", "note"))


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
    for user_id in row_numbers("version"):  # every person's line has the version of their mark on the page
        version = parse_whole(one_field(f"version-{user_id}"), low=0, high=MAX_VERSION, field="version")
        row = _LINE.sent(suffix=f"-{user_id}")
        form.typed[user_id] = dict(row.values)
        is_rest = rest_present and not row.values["status"]
        line = _line(row, RollCallStatus.PRESENT if is_rest else None)
        if row.errors:
            form.errors[user_id] = next(iter(row.errors.values()))
        else:
            form.said[user_id] = Said(line, version, only_if_open=is_rest)
    return form


def as_typed(line: Line) -> Mapping[str, str]:
    """A line as its fields show it."""
    return {
        "status": line.status or "",
        "in": line.in_clock,
        "out": line.out_clock,
        "category": line.category or "",
        "note": line.note,
    }


def _line(row: Form, status: RollCallStatus | None) -> Line:
    return Line(
        status or row.read("status", or_none(one_of(RollCallStatus))),
        _clock(row.values["in"]),
        _clock(row.values["out"]),
        row.read("category", or_none(one_of(AbsenceCategory))),
        row.read("note", prose(NOTE_LIMIT)),
    )


def _clock(text: str) -> str:
    """9:05 and 09:05 are the same."""
    text = text.strip()
    return f"0{text}" if len(text) == 4 and text[1] == ":" else text
