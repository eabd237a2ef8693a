"""Programs: the list, one of them, its form, and switching it on, off and away."""

import secrets
from typing import Any

from flask import flash, render_template, url_for

from webapp.domain.classes.class_draft import ProgramDraft
from webapp.domain.numbers import MAX_ID, whole_or_none
from webapp.domain.permission import Permission, Reach
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.classes.program import ProgramFacts, ProgramShow, list_programs
from webapp.queries.classes.program_class_list import list_classes
from webapp.queries.organizations.facility import facilities_of
from webapp.queries.organizations.organization import organizations_by_name
from webapp.services.classes.program import archive_program, create_program, edit_program, set_program_active
from webapp.views import request_time
from webapp.views.admin.address import chosen, filter_chips
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.programs.acting import MANAGE, load_open_program, load_program, page
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.pickers import choice_of, told_apart
from webapp.views.forms.readers import DESCRIPTION_LIMIT, DESCRIPTION_SENTENCES, TITLE_LIMIT, line, prose
from webapp.views.forms.reason import SURE, read_sure
from webapp.views.forms.sent import asks_preview, first_field, hidden_number, sent_request_id
from webapp.views.guards import staff, the_actor
from webapp.views.paging import page_number
from webapp.views.responses import done, see_other, small_form
from webapp.views.words.refusals import refusal_sentence

_PROGRAM = FormKind(
    ("name", "description", "organization_id"),
    lists=("facility",),
    sentences={("name", "text_missing"): N_("Enter a name"), **DESCRIPTION_SENTENCES},
    field_of={"program_name_taken": "name", "unknown_facility": "facility", "facility_has_classes": "facility"},
)
_SHOWN = {
    ProgramShow.ACTIVE: N_("Active"),
    ProgramShow.INACTIVE: N_("Inactive"),
    ProgramShow.ARCHIVED: N_("Archived"),
}


@blueprint.get("/programs")
@staff(Permission.VIEW_CLASSES)
def programs():
    """The list. The address is its state: `?show=archived&page=2`."""
    show = chosen(ProgramShow, "show")
    own = the_actor().organizations_touched(Permission.VIEW_CLASSES)
    found = list_programs(own, show=show, page=page_number())
    chips = filter_chips(found, _SHOWN, show, lambda one: url_for("admin.programs", show=one.value if one else None))
    return render_template(
        "admin/classes/programs/programs.html",
        found=found,
        show=show,
        chips=chips,
        several=len(own) > 1,
        can_manage=bool(_own()),
        has_rooms=bool(the_actor().organizations_touched(MANAGE)),
    )


@blueprint.get("/programs/new")
@staff(MANAGE)
def new_program():
    """An empty form, in the only organization or one to choose."""
    own = _own_or_none_found()
    return _page(_PROGRAM.filled({"organization_id": own[0]}), request_id=secrets.token_hex(16))


@blueprint.post("/programs/new")
@staff(MANAGE)
def create_program_form():
    """Make an active program of what the form says."""
    _own_or_none_found()
    request_id, fields = sent_request_id(), _PROGRAM.sent()
    if asks_preview():
        return _page(fields, request_id=request_id)
    organization_id = fields.read("organization_id", choice_of(_organizations(), "unknown_choice"))
    draft = _draft(fields)
    if draft is None or organization_id is None:
        return _page(fields, request_id=request_id)
    try:
        program_id = create_program(
            organization_id=organization_id, draft=draft, request_id=request_id, now=request_time.now()
        )
    except Refused as refused:
        fields.refuse(refused)
        return _page(fields, request_id=request_id)
    flash(gettext("Saved. You can plan classes now."))
    return see_other(url_for("admin.program", program_id=program_id))


@blueprint.get("/programs/<id:program_id>")
@staff(Permission.VIEW_CLASSES)
def program(program_id: int):
    """One program: where it is offered, its classes, and what can be done with it."""
    stored, actor = load_open_program(program_id, Permission.VIEW_CLASSES), the_actor()
    found = list_classes(actor.reach(Permission.VIEW_CLASSES), program_id=program_id)
    return render_template(
        "admin/classes/programs/program.html",
        program=stored,
        found=found,
        can_manage=actor.can(MANAGE, stored.organization_id),
        can_add=actor.works_in(MANAGE, stored.organization_id),
    )


@blueprint.get("/programs/<id:program_id>/edit")
@staff(MANAGE)
def edit_program_form(program_id: int):
    """The form of a program as it is now."""
    stored = load_program(program_id)
    fields = _PROGRAM.filled(
        {"name": stored.name, "description": stored.description, "organization_id": stored.organization_id}
    )
    fields.lists["facility"] = [str(one) for one in stored.facility_ids]
    return _page(fields, stored=stored)


@blueprint.post("/programs/<id:program_id>/edit")
@staff(MANAGE)
def save_program(program_id: int):
    """Save the form."""
    stored = load_program(program_id)
    fields = _PROGRAM.sent()
    fields.values["organization_id"] = str(stored.organization_id)
    if asks_preview():
        return _page(fields, stored=stored)
    fields.require_version()
    draft = _draft(fields)
    if draft is None or fields.version is None:
        return _page(fields, stored=stored)
    try:
        saved = edit_program(program_id=program_id, draft=draft, expected_version=fields.version)
    except Refused as refused:
        fields.refuse(refused)
        return _page(fields, stored=stored)
    flash(gettext("Saved.") if saved != fields.version else gettext("Nothing was changed."))
    return see_other(url_for("admin.program", program_id=program_id))


@blueprint.post("/programs/<id:program_id>/active")
@staff(MANAGE)
def switch_program(program_id: int):
    """Offer new classes of it (`on=1`), or none any more."""
    load_program(program_id)
    is_active, version = first_field("on") == "1", hidden_number("version")
    try:
        if version is None:
            raise Refused("stale")
        set_program_active(program_id=program_id, is_active=is_active, expected_version=version)
    except Refused as refused:
        flash(refusal_sentence(refused.code, **refused.facts), "error")
    else:
        flash(
            gettext("Active. You can plan new classes.")
            if is_active
            else gettext("Inactive. Its classes continue as planned.")
        )
    return see_other(url_for("admin.program", program_id=program_id))


@blueprint.get("/programs/<id:program_id>/archive")
@staff(MANAGE)
def ask_archive_program(program_id: int):
    """Ask before a program is put away for good."""
    stored = load_program(program_id)
    return _archive_page(stored, SURE.filled(version=stored.version))


@blueprint.post("/programs/<id:program_id>/archive")
@staff(MANAGE)
def archive_program_form(program_id: int):
    """Put it away for good."""
    stored = load_program(program_id)
    form = read_sure()
    form.check(
        lambda: archive_program(program_id=program_id, expected_version=form.version or 0, now=request_time.now()),
        version=stored.version,
    )
    if form.is_refused:
        return _archive_page(stored, form)
    flash(gettext("The program has been archived."))
    return done(url_for("admin.program", program_id=program_id))


def _archive_page(stored: ProgramFacts, form: Form):
    return small_form("admin/classes/programs/program_archive", form, program=stored)


def _draft(fields: Form) -> ProgramDraft | None:
    """The program that the form describes, or None with the mistakes noted."""
    known = {str(one.id): one.id for one in _facilities(fields)}
    if not set(fields.lists["facility"]) <= set(known):
        fields.errors["facility"] = gettext("Choose facilities from the list")
    name, text = fields.read("name", line(TITLE_LIMIT)), fields.read("description", prose(DESCRIPTION_LIMIT))
    if fields.errors:
        return None
    return ProgramDraft(name, text, tuple(sorted({known[one] for one in fields.lists["facility"]})))


def _own() -> list[int]:
    """Ids of the organizations all of whose programs the actor manages."""
    return the_actor().organizations_with(MANAGE)


def _own_or_none_found() -> list[int]:
    """The same for a page that is of no use without one."""
    own = _own()
    if not own:
        raise Refused("not_found")
    return own


def _organizations() -> list[tuple[int, str]]:
    return told_apart((one.id, one.name) for one in organizations_by_name(_own()))


def _facilities(fields: Form) -> list[Any]:
    """Facilities of the organization that the form names."""
    own = fields.values["organization_id"]
    chosen = (whole_or_none(one, high=MAX_ID) for one in fields.lists["facility"])
    known = facilities_of(Reach(frozenset(_own())), including=[one for one in chosen if one])
    return [one for one in known if str(one.organization_id) == own]


def _page(fields: Form, *, stored: ProgramFacts | None = None, request_id: str = ""):
    named = _organizations()
    return page(
        "admin/classes/programs/program_form.html",
        fields.status,
        fields=fields,
        program=stored,
        request_id=request_id,
        places=set(fields.lists.get("facility", ())),
        facilities=facilities_of(
            Reach(frozenset(_own())), including=[one.id for one in stored.facilities] if stored else ()
        ),
        organizations=named if stored is None and len(named) > 1 else [],
    )
