"""Making a class and changing it: one form, in one column."""

import secrets
from collections.abc import Sequence
from typing import Any

from flask import flash, request, url_for

from webapp import clock
from webapp.domain.class_draft import ClassDraft, parse_local_date
from webapp.domain.program_class import MAX_CAPACITY, require_dates
from webapp.domain.refusal import Refused
from webapp.domain.request_id import require_request_id
from webapp.domain.text import clean_line, clean_prose
from webapp.queries.classes.program import ProgramFacts, program_by_id, rooms_of, team_of
from webapp.queries.classes.program_class import ClassFacts
from webapp.services.classes.class_editing import ClassEdited, create_class, edit_class
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.programs.acting import MANAGE, load_program, page
from webapp.views.admin.programs.fields import (
    DESCRIPTION_LIMIT,
    TITLE_LIMIT,
    Fields,
    choice_of,
    choice_or_none,
    read_form,
    switch,
    whole,
)
from webapp.views.admin.reason import whole_or_none
from webapp.views.errors import status_of
from webapp.views.formatting import plural
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_class
from webapp.views.responses import see_other
from webapp.views.wording import refusal_sentence

_LABELS = {
    "title": "a title", "capacity": "the places", "required_percent": "the share of sessions", "starts_on": "a start",
    "ends_on": "an end",
}  # fmt: skip
_NAMES = tuple(ClassDraft.__slots__)
_FIELD_OF = {
    "start_after_end": "ends_on", "class_too_long": "ends_on", "sessions_outside_dates": "ends_on",
    "program_not_offered_here": "facility_id", "facility_fixed": "facility_id", "room_elsewhere": "room_id",
    "instructor_unknown": "instructor_id", "class_capacity_below": "capacity",
}  # fmt: skip


@blueprint.get("/programs/<id:program_id>/classes/new")
@staff(MANAGE)
def new_class(program_id: int):
    """An empty form with the usual choices made."""
    program = load_program(program_id)
    values = dict.fromkeys(_NAMES, "")
    values |= {"title": program.name, "capacity": "20", "has_waitlist": "1", "required_percent": "80"}
    if len(program.facilities) == 1:
        values["facility_id"] = str(program.facilities[0].id)
    return _form(Fields(values, _LABELS), program, request_id=secrets.token_hex(16))


@blueprint.post("/programs/<id:program_id>/classes/new")
@staff(MANAGE)
def create_class_form(program_id: int):
    """Make a scheduled class of what the form says."""
    program = load_program(program_id)
    request_id = require_request_id(request.form.get("request_id"))
    fields = read_form(request.form, _NAMES, _LABELS)
    draft = _draft(fields, program)
    if draft is None:
        return _form(fields, program, request_id=request_id, status=422)
    try:
        class_id = create_class(
            program_id=program_id, draft=draft, actor=the_actor(), by=the_actor().acts_as(program.organization_id),
            request_id=request_id, now=clock.now(),
        )  # fmt: skip
    except Refused as refused:
        return _refused(refused, fields, program, request_id=request_id)
    flash("Saved. Plan its sessions next.")
    return see_other(url_for("admin.program_class", class_id=class_id))


@blueprint.get("/classes/<id:class_id>/edit")
@staff(MANAGE)
def edit_class_form(class_id: int):
    """The form of a class as it is now."""
    stored = load_staff_class(class_id, MANAGE)
    return _form(_fields_of(stored), _program_of(stored), stored=stored)


@blueprint.post("/classes/<id:class_id>/edit")
@staff(MANAGE)
def save_class(class_id: int):
    """Save the form; more places let people move up."""
    stored = load_staff_class(class_id, MANAGE)
    program = _program_of(stored)
    fields = read_form(request.form, _NAMES, _LABELS)
    draft, version = _draft(fields, program, stored), whole_or_none(request.form.get("version"))
    if version is None:
        fields.errors["version"] = "This page is too old. Look at your input and save again"
    if draft is None or version is None:
        return _form(fields, program, stored=stored, status=422)
    try:
        edited = edit_class(
            class_id=class_id, draft=draft, expected_version=version, actor=the_actor(),
            by=the_actor().acts_as(stored.organization_id), now=clock.now(),
        )  # fmt: skip
    except Refused as refused:
        return _refused(refused, fields, program, stored=stored)
    flash(_saved(edited, version))
    return see_other(url_for("admin.program_class", class_id=class_id))


def _program_of(stored: ClassFacts) -> ProgramFacts:
    program = program_by_id(stored.program_id)
    if program is None:
        raise Refused("not_found")
    return program


def _saved(edited: ClassEdited, version: int) -> str:
    if edited.promoted:
        return f"Saved. {plural(len(edited.promoted), 'person moves', 'people move')} up from the waitlist."
    return "Saved." if edited.version != version else "Nothing was changed."


def _fields_of(stored: Any) -> Fields:
    values = {name: "" if getattr(stored, name) is None else str(getattr(stored, name)) for name in _NAMES}
    return Fields(values | {"has_waitlist": "1" if stored.has_waitlist else ""}, _LABELS)


def _draft(fields: Fields, program: ProgramFacts, stored: ClassFacts | None = None) -> ClassDraft | None:
    """The class that the form describes, or None with the mistakes noted in `fields.errors`."""
    read = fields.read
    places, rooms, team = (dict(options) for options in _options(program, stored))
    values = {
        "title": read("title", lambda text: clean_line(text, limit=TITLE_LIMIT, field="title")),
        "description": read(
            "description", lambda text: clean_prose(text, limit=DESCRIPTION_LIMIT, field="description")
        ),
        "facility_id": read("facility_id", choice_of(places, "unknown_facility")),
        "room_id": read("room_id", choice_or_none(rooms, "room_elsewhere")),
        "instructor_id": read("instructor_id", choice_or_none(team, "instructor_unknown")),
        "capacity": read("capacity", whole("capacity", 1, MAX_CAPACITY)),
        "has_waitlist": read("has_waitlist", switch),
        "starts_on": read("starts_on", parse_local_date),
        "ends_on": read("ends_on", parse_local_date),
        "required_percent": read("required_percent", whole("required_percent", 0, 100)),
    }
    if fields.errors:
        return None
    draft = ClassDraft(**values)
    try:
        require_dates(draft.starts_on, draft.ends_on)
    except Refused as refused:
        fields.add_error(refused, _FIELD_OF)
        return None
    return draft


def _options(
    program: ProgramFacts, stored: ClassFacts | None
) -> tuple[list[tuple[int, str]], list[tuple[int, str]], list[tuple[int, str]]]:
    """Facilities, rooms and team to choose from; what the class has already is among them."""
    places = [(one.id, one.name) for one in program.facilities]
    team = [(one.id, one.name) for one in team_of(program.organization_id)]
    if stored is not None:
        places = _with(places, stored.facility_id, stored.facility_name)
        team = _with(team, stored.instructor_id, stored.instructor_name)
    known = {facility_id for facility_id, _ in places}
    rooms = [
        (one.id, f"{one.facility_name}: {one.name}" if len(known) > 1 else one.name)
        for one in rooms_of([program.organization_id])
        if one.facility_id in known
    ]
    return places, rooms, team


def _with(options: list[tuple[int, str]], one: int | None, name: str | None) -> list[tuple[int, str]]:
    if one is None or one in dict(options):
        return options
    return [*options, (one, name or "")]


def _refused(refused: Refused, fields: Fields, program: ProgramFacts, **more: Any):
    """The form again, with the rule's answer; a stale one says what stands now."""
    told: dict[str, Any] = {}
    if not fields.add_error(refused, _FIELD_OF):
        told["refusal"] = refusal_sentence(refused.code, **refused.facts)
        if refused.code == "stale" and more.get("stored") is not None:
            told["changed"] = _what_stands_now(more["stored"], refused.facts["fields"])
        if refused.code == "class_already_saved":
            told["saved_url"] = url_for("admin.program_class", class_id=refused.facts["class_id"])
    return _form(fields, program, status=status_of(refused), **more, **told)


def _what_stands_now(stored: ClassFacts, names: Sequence[str]) -> list[tuple[str, str]]:
    shown = {
        **_fields_of(stored).values, "facility_id": stored.facility_name, "room_id": stored.room_name or "none",
        "instructor_id": stored.instructor_name or "nobody", "has_waitlist": "on" if stored.has_waitlist else "off",
    }  # fmt: skip
    return [(name, shown[name]) for name in names]


def _form(
    fields: Fields, program: ProgramFacts, *, stored: ClassFacts | None = None, request_id: str = "",
    status: int = 200, **told: Any,
):  # fmt: skip
    places, rooms, team = _options(program, stored)
    return page(
        "admin/classes/class_form.html", status, fields=fields, program=program, program_class=stored,
        request_id=request_id, places=places, rooms=rooms, team=team, **told,
    )  # fmt: skip
