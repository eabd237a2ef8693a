"""A guest list on a form: chosen just now, or kept by the page before, and which of its columns is what."""

from dataclasses import dataclass, field

from flask import current_app, g

from webapp.domain.kept_file import keep_file, open_kept_file
from webapp.domain.places.lists.guest_choice import ColumnChoice
from webapp.domain.places.lists.guest_columns import BY_HAND
from webapp.domain.refusal import Refused
from webapp.languages.kept_texts import kept_text
from webapp.languages.words import N_, gettext
from webapp.services.classes.people.people_file import PersonLine, columns_of_people_file, read_people_file
from webapp.views.forms.sent import is_sent, one_field, sent_file
from webapp.views.words.refusals import refusal_sentence

FIELDS = {what: f"column-{what.replace(' ', '-')}" for what in BY_HAND}
_WORDS = {
    "email": (N_("Email address"), None),
    "name": (N_("Full name"), None),
    "first name": (N_("First name"), None),
    "last name": (N_("Last name"), None),
    "status": (N_("Status"), N_("Who is coming, waiting or not coming.")),
    "cancelled": (N_("Cancelled"), N_("Filled in, or “yes”, for people who cancelled.")),
    "tickets": (N_("Number of tickets"), N_("0 means not coming.")),
}


@dataclass(frozen=True, slots=True)
class GuestFile:
    """The bytes of a file, and what the form says of its columns (`read_guest_list`)."""

    data: bytes
    named: dict[str, str]

    def lines(self) -> list[PersonLine]:
        """What `read_people_file` finds, with its refusals."""
        return read_people_file(self.data, self.named)


@dataclass(frozen=True, slots=True)
class ColumnForm:
    """ "Which column is what?": one select for each thing that is looked for."""

    kept: str
    named: dict[str, str]
    fields: list[dict[str, object]]
    errors: dict[str, str] = field(default_factory=dict)


def sent_guest_file() -> GuestFile:
    """The file of this form. Raises `file_missing`, `field_repeated`, `kept_file_broken`."""
    kept = one_field("kept")
    if not kept:
        return GuestFile(sent_file("file"), {})
    named = {what: one_field(name) for what, name in FIELDS.items() if is_sent(name)}
    return GuestFile(open_kept_file(kept, most=current_app.config["MAX_CONTENT_LENGTH"]), named)


def column_form(file: GuestFile, refused: Refused | None = None) -> ColumnForm | None:
    """The selects for a file; after a refusal only where another choice of columns can mend it, else None."""
    errors = {} if refused is None else column_errors(refused)
    choice = columns_of_people_file(file.data, file.named)
    if choice is None or (refused is not None and not errors):
        return None
    if refused is not None:
        g.refusal = refused.code
    return ColumnForm(
        keep_file(file.data), _named(file.named), [column_select(what, choice) for what in BY_HAND], errors
    )


def misread(lines: list[PersonLine]) -> bool:
    """Whether an address or a name is missing or is none: perhaps another column holds it."""
    return any(line.problem and line.problem.code.startswith(("email_", "text_", "name_")) for line in lines)


def column_errors(refused: Refused) -> dict[str, str]:
    what = {
        "column_twice": refused.facts.get("other"),
        "no_address_column": "email",
        "column_needed": "email",
        "column_without_addresses": "email",
        "column_missing": "email",
    }.get(refused.code)
    if what is None:
        return {}
    if refused.code == "no_address_column":
        return {FIELDS["email"]: gettext("We couldn’t find a column of email addresses. Choose it here")}
    return {FIELDS[str(what)]: refusal_sentence(refused.code, **refused.facts)}


def _named(named: dict[str, str]) -> dict[str, str]:
    """Field -> value, for a form that sends the same choice again."""
    return {FIELDS[what]: column for what, column in named.items()}


def column_select(what: str, choice: ColumnChoice) -> dict[str, object]:
    label, hint = _WORDS[what]
    columns = [(one.name, _column_words(one.name, one.sample)) for one in choice.columns]
    return {
        "name": FIELDS[what],
        "label": label,
        "hint": hint,
        "value": choice.found.get(what, ""),
        "options": [("", gettext("Not in this file")), *columns],
    }


def _column_words(name: str, sample: str) -> str:
    return f"{kept_text(name)}: {sample}" if sample else kept_text(name)
