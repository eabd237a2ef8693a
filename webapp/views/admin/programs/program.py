"""Programs: the list, one of them, its form, and switching it on, off and away."""

import secrets
from typing import Any

from flask import flash, render_template, request, url_for

from webapp import clock
from webapp.domain.class_draft import ProgramDraft
from webapp.domain.refusal import Refused
from webapp.domain.request_id import require_request_id
from webapp.domain.text import clean_line, clean_prose
from webapp.queries.classes.program import ProgramFacts, ProgramShow, list_programs
from webapp.queries.classes.program_class_list import list_classes
from webapp.queries.events.admin_events import facilities_of
from webapp.queries.events.organization import organizations_by_name
from webapp.services.classes.program import archive_program, create_program, edit_program, set_program_active
from webapp.views.admin.address import chosen, filter_chips
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.programs.acting import MANAGE, load_program, own_organizations, page
from webapp.views.admin.programs.fields import DESCRIPTION_LIMIT, TITLE_LIMIT, Fields, choice_of, read_form
from webapp.views.admin.reason import ReasonForm, whole_or_none
from webapp.views.errors import status_of
from webapp.views.form_input import page_number
from webapp.views.guards import staff
from webapp.views.responses import done, render, see_other
from webapp.views.wording import refusal_sentence

_NAMES = ("name", "description", "organization_id")
_LABELS = {"name": "a name", "description": "a description"}
_FIELD_OF = {"program_name_taken": "name", "unknown_facility": "facility", "facility_has_classes": "facility"}
_SHOWN = {ProgramShow.ACTIVE: "Active", ProgramShow.INACTIVE: "Not active", ProgramShow.ARCHIVED: "Archived"}


@blueprint.get("/programs")
@staff(MANAGE)
def programs():
    """The list. The address is its state: `?show=archived&page=2`."""
    show = chosen(ProgramShow, "show")
    found = list_programs(own_organizations(), show=show, page=page_number())
    chips = filter_chips(
        found, _SHOWN, show, lambda one: url_for("admin.programs", show=one.value if one else None)
    )
    return render_template(
        "admin/classes/programs.html", found=found, show=show, chips=chips,
        several=len(own_organizations()) > 1,
    )  # fmt: skip


@blueprint.get("/programs/new")
@staff(MANAGE)
def new_program():
    """An empty form, in the only organization or one to choose."""
    own = own_organizations()
    fields = Fields(dict.fromkeys(_NAMES, "") | {"organization_id": str(own[0])}, _LABELS)
    return _form(fields, (), request_id=secrets.token_hex(16))


@blueprint.post("/programs/new")
@staff(MANAGE)
def create_program_form():
    """Make an active program of what the form says."""
    request_id = require_request_id(request.form.get("request_id"))
    fields = read_form(request.form, _NAMES, _LABELS)
    organization_id = fields.read("organization_id", choice_of(own_organizations(), "unknown_choice"))
    draft, places = _draft(fields)
    if draft is None or organization_id is None:
        return _form(fields, places, request_id=request_id, status=422)
    try:
        program_id = create_program(
            organization_id=organization_id, draft=draft, request_id=request_id, now=clock.now()
        )
    except Refused as refused:
        return _refused(refused, fields, places, request_id=request_id)
    flash("Saved. Classes of it can be planned now.")
    return see_other(url_for("admin.program", program_id=program_id))


@blueprint.get("/programs/<id:program_id>")
@staff(MANAGE)
def program(program_id: int):
    """One program: where it is offered, its classes, and what can be done with it."""
    stored = load_program(program_id)
    found = list_classes([stored.organization_id], program_id=program_id)
    return render_template("admin/classes/program.html", program=stored, found=found)


@blueprint.get("/programs/<id:program_id>/edit")
@staff(MANAGE)
def edit_program_form(program_id: int):
    """The form of a program as it is now."""
    stored = load_program(program_id)
    values = {"name": stored.name, "description": stored.description, "organization_id": str(stored.organization_id)}
    return _form(Fields(values, _LABELS), [str(one) for one in stored.facility_ids], stored=stored)


@blueprint.post("/programs/<id:program_id>/edit")
@staff(MANAGE)
def save_program(program_id: int):
    """Save the form."""
    stored = load_program(program_id)
    fields = read_form(request.form, _NAMES, _LABELS)
    fields.values["organization_id"] = str(stored.organization_id)
    draft, places = _draft(fields)
    version = whole_or_none(request.form.get("version"))
    if version is None:
        fields.errors["version"] = "This page is too old. Look at your input and save again"
    if draft is None or version is None:
        return _form(fields, places, stored=stored, status=422)
    try:
        saved = edit_program(program_id=program_id, draft=draft, expected_version=version)
    except Refused as refused:
        return _refused(refused, fields, places, stored=stored)
    flash("Saved." if saved != version else "Nothing was changed.")
    return see_other(url_for("admin.program", program_id=program_id))


@blueprint.post("/programs/<id:program_id>/active")
@staff(MANAGE)
def switch_program(program_id: int):
    """Offer new classes of it (`on=1`), or none any more."""
    load_program(program_id)
    is_active, version = request.form.get("on") == "1", whole_or_none(request.form.get("version"))
    try:
        if version is None:
            raise Refused("stale")
        set_program_active(program_id=program_id, is_active=is_active, expected_version=version)
    except Refused as refused:
        flash(refusal_sentence(refused.code, **refused.facts), "error")
    else:
        flash("Active. New classes of it can be planned." if is_active else "Not active. Its classes go on as planned.")
    return see_other(url_for("admin.program", program_id=program_id))


@blueprint.get("/programs/<id:program_id>/archive")
@staff(MANAGE)
def ask_archive_program(program_id: int):
    """Ask before a program is put away for good."""
    stored = load_program(program_id)
    return _archive_page(stored, ReasonForm(version=stored.version))


@blueprint.post("/programs/<id:program_id>/archive")
@staff(MANAGE)
def archive_program_form(program_id: int):
    """Put it away for good."""
    stored = load_program(program_id)
    form = ReasonForm(version=whole_or_none(request.form.get("version")))
    try:
        if form.version is None:
            raise Refused("stale")
        archive_program(program_id=program_id, expected_version=form.version, now=clock.now())
    except Refused as refused:
        form.refusal, form.version = refusal_sentence(refused.code, **refused.facts), stored.version
        return _archive_page(stored, form, status_of(refused))
    flash("The program is archived.")
    return done(url_for("admin.program", program_id=program_id))


def _archive_page(stored: ProgramFacts, form: ReasonForm, status: int = 200):
    return render(
        "admin/classes/program_archive.html", "admin/classes/_program_archive.html", status=status, program=stored,
        form=form, in_dialog=bool(request.htmx),
    )  # fmt: skip


def _draft(fields: Fields) -> tuple[ProgramDraft | None, list[str]]:
    """The program that the form describes (or None with the mistakes noted), and the facilities ticked."""
    places = request.form.getlist("facility")
    known = {str(one.id): one.id for one in _facilities(fields)}
    if not set(places) <= set(known):
        fields.errors["facility"] = "Choose facilities from the list"
    name = fields.read("name", lambda text: clean_line(text, limit=TITLE_LIMIT, field="name"))
    text = fields.read("description", lambda text: clean_prose(text, limit=DESCRIPTION_LIMIT, field="description"))
    if fields.errors:
        return None, places
    return ProgramDraft(name, text, tuple(sorted({known[one] for one in places}))), places


def _facilities(fields: Fields) -> list[Any]:
    """Facilities of the organization that the form names."""
    own = fields.values["organization_id"]
    return [one for one in facilities_of(own_organizations()) if str(one.organization_id) == own]


def _refused(refused: Refused, fields: Fields, places: list[str], **more: Any):
    if fields.add_error(refused, _FIELD_OF):
        return _form(fields, places, status=status_of(refused), **more)
    sentence = refusal_sentence(refused.code, **refused.facts)
    return _form(fields, places, status=status_of(refused), refusal=sentence, **more)


def _form(
    fields: Fields, places: Any, *, stored: ProgramFacts | None = None, request_id: str = "", status: int = 200,
    refusal: str | None = None,
):  # fmt: skip
    own = own_organizations()
    named = organizations_by_name(own)
    return page(
        "admin/classes/program_form.html", status, fields=fields, program=stored, request_id=request_id,
        places=set(places), facilities=facilities_of(own), refusal=refusal,
        organizations=[(one.id, one.name) for one in named] if stored is None and len(own) > 1 else [],
    )  # fmt: skip
