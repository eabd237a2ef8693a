"""Making a class and changing it: one form, in one column."""

import secrets
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from flask import flash, url_for

from webapp.domain.classes.class_draft import ClassDraft, parse_local_date
from webapp.domain.classes.program_class import MAX_CAPACITY, require_dates
from webapp.domain.permission import Reach
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.classes.program import ProgramFacts, program_by_id, rooms_of, team_of
from webapp.queries.classes.program_class import ClassFacts
from webapp.services.classes.class_editing import ClassEdited, create_class, edit_class
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.programs.acting import MANAGE, load_open_program, page
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.pickers import choice_of, told_apart, with_present
from webapp.views.forms.readers import (
    DESCRIPTION_LIMIT,
    DESCRIPTION_SENTENCES,
    TITLE_LIMIT,
    line,
    or_none,
    prose,
    switch,
    whole,
)
from webapp.views.forms.sent import asks_preview, sent_request_id
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_class
from webapp.views.responses import see_other
from webapp.views.words.formatting import plural

_NAMES = tuple(ClassDraft.__slots__)
_CLASS = FormKind(
    _NAMES,
    sentences={
        ("title", "text_missing"): N_("Enter a title"),
        **DESCRIPTION_SENTENCES,
        ("capacity", "number_invalid"): N_("Enter the places as a whole number from {low} to {high}"),
        ("required_percent", "number_invalid"): (
            N_("Enter the share of sessions as a whole number from {low} to {high}")
        ),
    },
    field_of={
        "start_after_end": "ends_on",
        "class_too_long": "ends_on",
        "sessions_outside_dates": "ends_on",
        "program_not_offered_here": "facility_id",
        "facility_fixed": "facility_id",
        "room_elsewhere": "room_id",
        "instructor_unknown": "instructor_id",
        "class_capacity_below": "capacity",
    },
)


@blueprint.get("/programs/<id:program_id>/classes/new")
@staff(MANAGE)
def new_class(program_id: int):
    """An empty form with the usual choices made."""
    program = load_open_program(program_id, MANAGE)
    usual = {"title": program.name, "capacity": 20, "has_waitlist": True, "required_percent": 80}
    if len(program.facilities) == 1:
        usual["facility_id"] = program.facilities[0].id
    return _page(_CLASS.filled(usual), program, request_id=secrets.token_hex(16))


@blueprint.post("/programs/<id:program_id>/classes/new")
@staff(MANAGE)
def create_class_form(program_id: int):
    """Make a scheduled class of what the form says."""
    program = load_open_program(program_id, MANAGE)
    request_id, fields = sent_request_id(), _CLASS.sent()
    if asks_preview():
        return _page(fields, program, request_id=request_id)
    draft = _draft(fields, program)
    if draft is None:
        return _page(fields, program, request_id=request_id)
    try:
        class_id = create_class(
            program_id=program_id,
            draft=draft,
            actor=the_actor(),
            by=the_actor().acts_as(program.organization_id),
            request_id=request_id,
            now=request_time.now(),
        )
    except Refused as refused:
        return _refused(refused, fields, program, request_id=request_id)
    flash(gettext("Saved. Plan its sessions next."))
    return see_other(url_for("admin.program_class", class_id=class_id))


@blueprint.get("/classes/<id:class_id>/edit")
@staff(MANAGE)
def edit_class_form(class_id: int):
    """The form of a class as it is now."""
    stored = load_staff_class(class_id, MANAGE)
    return _page(_filled(stored), _program_of(stored), stored=stored)


@blueprint.post("/classes/<id:class_id>/edit")
@staff(MANAGE)
def save_class(class_id: int):
    """Save the form; more places let people move up."""
    stored = load_staff_class(class_id, MANAGE)
    program = _program_of(stored)
    fields = _CLASS.sent()
    if asks_preview():
        return _page(fields, program, stored=stored)
    fields.require_version()
    draft = _draft(fields, program, stored)
    if draft is None or fields.version is None:
        return _page(fields, program, stored=stored)
    try:
        edited = edit_class(
            class_id=class_id,
            draft=draft,
            expected_version=fields.version,
            actor=the_actor(),
            by=the_actor().acts_as(stored.organization_id),
            now=request_time.now(),
        )
    except Refused as refused:
        return _refused(refused, fields, program, stored=stored)
    flash(_saved(edited, fields.version))
    return see_other(url_for("admin.program_class", class_id=class_id))


def _program_of(stored: ClassFacts) -> ProgramFacts:
    program = program_by_id(stored.program_id)
    if program is None:
        raise Refused("not_found")
    return program


def _saved(edited: ClassEdited, version: int) -> str:
    if edited.promoted:
        return plural(
            len(edited.promoted),
            "Saved. {n} person moves up from the waitlist.",
            "Saved. {n} people move up from the waitlist.",
        )
    return gettext("Saved.") if edited.version != version else gettext("Nothing was changed.")


def _filled(stored: ClassFacts) -> Form:
    return _CLASS.filled({name: getattr(stored, name) for name in _NAMES})


def _draft(fields: Form, program: ProgramFacts, stored: ClassFacts | None = None) -> ClassDraft | None:
    """The class that the form describes, or None with the mistakes noted in `fields.errors`."""
    read = fields.read
    places, rooms, team = _options(program, stored)
    values = {
        "title": read("title", line(TITLE_LIMIT)),
        "description": read("description", prose(DESCRIPTION_LIMIT)),
        "facility_id": read("facility_id", choice_of(places, "unknown_facility")),
        "room_id": read("room_id", or_none(choice_of(rooms, "room_elsewhere"))),
        "instructor_id": read("instructor_id", or_none(choice_of(team, "instructor_unknown"))),
        "capacity": read("capacity", whole(1, MAX_CAPACITY)),
        "has_waitlist": read("has_waitlist", switch),
        "starts_on": read("starts_on", parse_local_date),
        "ends_on": read("ends_on", parse_local_date),
        "required_percent": read("required_percent", whole(0, 100)),
    }
    if fields.errors:
        return None
    draft = ClassDraft(**values)
    fields.check(lambda: require_dates(draft.starts_on, draft.ends_on))
    return None if fields.errors else draft


def _options(
    program: ProgramFacts, stored: ClassFacts | None
) -> tuple[list[tuple[int, str]], list[tuple[int, str]], list[tuple[int, str]]]:
    """Facilities, rooms and team to choose from; what the class has already is among them."""
    manages = partial(the_actor().can, MANAGE, program.organization_id)
    places = [(one.id, one.name) for one in program.facilities if one.archived_at is None and manages(one.id)]
    members = team_of(program.organization_id)
    team = [(one.id, one.name) for one in members]
    if stored is not None:
        places = with_present(places, stored.facility_id, stored.facility_name)
        team = with_present(team, stored.instructor_id, stored.instructor_name)
    known = {facility_id for facility_id, _ in places}
    rooms = [
        (one.id, f"{one.facility_name}: {one.name}" if len(known) > 1 else one.name)
        for one in rooms_of(Reach(frozenset({program.organization_id})))
        if one.facility_id in known
    ]
    return told_apart(places), told_apart(rooms), told_apart(team, {one.id: one.email for one in members})


def _refused(
    refused: Refused,
    fields: Form,
    program: ProgramFacts,
    *,
    stored: ClassFacts | None = None,
    request_id: str = "",
):
    """The form again, with the rule's answer; a stale one says what stands now."""
    fields.refuse(refused)
    told: dict[str, Any] = {}
    if refused.code == "stale" and stored is not None:
        told["changed"] = _what_stands_now(stored, refused.facts["fields"])
    if refused.code == "class_already_saved":
        told["saved_url"] = url_for("admin.program_class", class_id=refused.facts["class_id"])
    return _page(fields, program, stored=stored, request_id=request_id, told=told)


def _what_stands_now(stored: ClassFacts, names: Sequence[str]) -> list[tuple[str, str]]:
    shown = {
        **_filled(stored).values,
        "facility_id": stored.facility_name,
        "room_id": stored.room_name or "none",
        "instructor_id": stored.instructor_name or "nobody",
        "has_waitlist": "on" if stored.has_waitlist else "off",
    }
    return [(name, shown[name]) for name in names]


def _page(
    fields: Form,
    program: ProgramFacts,
    *,
    stored: ClassFacts | None = None,
    request_id: str = "",
    told: Mapping[str, Any] | None = None,
):
    places, rooms, team = _options(program, stored)
    return page(
        "admin/classes/class_form.html",
        fields.status,
        fields=fields,
        program=program,
        program_class=stored,
        request_id=request_id,
        places=places,
        rooms=rooms,
        team=team,
        **(told or {}),
    )
