"""One person as an organization knows them: all their places there, contact, notes."""

from typing import Any

from flask import flash, make_response, render_template, url_for

from webapp.domain.people.merge import UNDO_LIFETIME
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.organizations.organization import organization_settings
from webapp.queries.people.person_here import (
    PersonHere,
    class_places,
    event_places,
    facilities_of_person,
    notes_about,
    person_here,
)
from webapp.queries.people.records.care import carer_of, family_of, open_request_about
from webapp.queries.people.records.merge import merged_into, merges_of
from webapp.services.organizations.person_note import NOTE_LIMIT, add_note, delete_note, edit_note
from webapp.views import request_time
from webapp.views.admin.address import neighbours
from webapp.views.admin.blueprint import blueprint
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import prose
from webapp.views.guards import staff, the_actor
from webapp.views.paging import page_number
from webapp.views.responses import see_other

#: Whom staff asks whether they look after the person.
CARER = FormKind(
    ("email",),
    sentences={("email", "text_missing"): N_("Enter the address of who looks after them")},
    otherwise="email",
)
_NOTE = FormKind(("text",), sentences={("text", "text_missing"): N_("Enter a note")}, otherwise="text")


@blueprint.get("/organization/<id:organization_id>/people/<id:user_id>", endpoint="person_here")
@staff(Permission.VIEW_ROSTER)
def person_page(organization_id: int, user_id: int) -> Any:
    """Their places, attendance, contact and notes here; nothing of other organizations."""
    kept_id = merged_into(user_id)
    if kept_id is not None and person_here(kept_id, organization_id) is not None:
        return see_other(url_for("admin.person_here", organization_id=organization_id, user_id=kept_id))
    return show_person(load_person(organization_id, user_id, Permission.VIEW_ROSTER), organization_id)


@blueprint.post("/organization/<id:organization_id>/people/<id:user_id>/notes")
@staff(Permission.GIVE_PLACE)
def add_person_note(organization_id: int, user_id: int) -> Any:
    """Note something about them, with name and time."""
    found = load_person(organization_id, user_id, Permission.GIVE_PLACE)
    form = _NOTE.sent()
    text = form.read("text", prose(NOTE_LIMIT, required=True))
    form.check(
        lambda: add_note(
            organization_id=organization_id,
            user_id=user_id,
            author_id=_author(),
            text=text,
            now=request_time.now(),
        )
    )
    return show_person(found, organization_id, form) if form.is_refused else _back(organization_id, user_id)


@blueprint.post("/organization/<id:organization_id>/people/<id:user_id>/notes/<id:note_id>/<any(edit, delete):what>")
@staff(Permission.GIVE_PLACE)
def change_person_note(organization_id: int, user_id: int, note_id: int, what: str) -> Any:
    """Change or delete one's own note."""
    found = load_person(organization_id, user_id, Permission.GIVE_PLACE)
    if what == "delete":
        delete_note(note_id=note_id, organization_id=organization_id, author_id=_author())
        flash(gettext("Note deleted."))
        return _back(organization_id, user_id)
    form = _NOTE.sent()
    text = form.read("text", prose(NOTE_LIMIT, required=True))
    if form.errors:
        return show_person(found, organization_id, form, note_id=note_id)
    edit_note(note_id=note_id, organization_id=organization_id, author_id=_author(), text=text, now=request_time.now())
    return _back(organization_id, user_id)


def load_person(organization_id: int, user_id: int, permission: Permission) -> PersonHere:
    """Somebody whom an organization knows in which the actor has the permission, or `not_found`."""
    if not the_actor().can(permission, organization_id):
        raise Refused("not_found")
    found = person_here(user_id, organization_id)
    if found is None:
        raise Refused("not_found")
    return found


def _author() -> int:
    user_id = the_actor().user_id
    if user_id is None:
        raise Refused("not_found")
    return user_id


def _back(organization_id: int, user_id: int) -> Any:
    return see_other(url_for("admin.person_here", organization_id=organization_id, user_id=user_id) + "#notes-h")


def show_person(
    found: PersonHere,
    organization_id: int,
    form: Form | None = None,
    *,
    note_id: int | None = None,
    care: Form | None = None,
) -> Any:
    """The page, with the form of a note or that of who looks after them as it was sent."""
    form, care = form or _NOTE.filled(), care or CARER.filled()
    places = event_places(found.id, organization_id, page_number(), found.events)

    def address(page: int) -> str:
        shown = page if page > 1 else None
        return url_for("admin.person_here", organization_id=organization_id, user_id=found.id, page=shown)

    actor = the_actor()
    body = render_template(
        "admin/people/person.html",
        person=found,
        organization=organization_settings(organization_id),
        organization_id=organization_id,
        places=places,
        classes=class_places(found.id, organization_id),
        facilities=facilities_of_person(found.id, organization_id),
        notes=notes_about(found.id, organization_id),
        form=form,
        edited_id=note_id,
        note_limit=NOTE_LIMIT,
        may_note=actor.can(Permission.GIVE_PLACE, organization_id),
        carer=carer_of(found.id),
        care=care,
        asked=open_request_about(found.id, organization_id, request_time.now()),
        family=[one for one in family_of(found.id) if person_here(one.id, organization_id) is not None],
        may_merge=actor.is_operator or actor.can(Permission.MERGE_PEOPLE, organization_id),
        merges=merges_of(found.id, organization_id, request_time.now() - UNDO_LIFETIME),
        undo_lifetime=UNDO_LIFETIME,
        **neighbours(places, address),
    )
    return make_response(body, max(form.status, care.status))
