"""The rooms of the organizer's facilities."""

from typing import Any

from flask import flash, url_for
from sqlalchemy import Row

from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.classes.program import place_of_room, rooms_of
from webapp.queries.organizations.facility import facilities_of
from webapp.services.classes.room import add_room, change_room, remove_room
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.programs.acting import MANAGE, managed, page
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.pickers import choice_of, told_apart
from webapp.views.forms.readers import line, or_none, whole
from webapp.views.guards import staff, the_actor
from webapp.views.responses import see_other
from webapp.views.words.refusals import refusal_sentence

_SAID = FormKind(
    ("name", "capacity"),
    sentences={
        ("name", "text_missing"): N_("Enter a name"),
        ("capacity", "number_invalid"): N_("Enter a whole number from 1 to {high}, or leave this blank"),
    },
    field_of={"room_name_taken": "name"},
)
_ROOM = _SAID.plus("facility_id", field_of={**_SAID.field_of, "not_found": "facility_id"})
_LONGEST_NAME, _LARGEST = 80, 100_000


@blueprint.get("/rooms")
@staff(MANAGE)
def rooms():
    """Every room, by facility."""
    return _page(_ROOM.filled())


@blueprint.post("/rooms")
@staff(MANAGE)
def create_room():
    """Add a room."""
    fields = _ROOM.sent()
    facility_id = fields.read("facility_id", choice_of(_places(), "unknown_facility"))
    said = _read(fields)
    fields.check(lambda: add_room(facility_id=facility_id, **said))
    if fields.is_refused:
        return _page(fields)
    flash(gettext("The room has been added."))
    return see_other(url_for("admin.rooms"))


@blueprint.get("/rooms/<id:room_id>/edit")
@staff(MANAGE)
def edit_room(room_id: int):
    """The form of one room."""
    stored = _load(room_id)
    return _edit_page(stored, _SAID.filled({"name": stored.name, "capacity": stored.capacity}))


@blueprint.post("/rooms/<id:room_id>/edit")
@staff(MANAGE)
def save_room(room_id: int):
    """Keep its name and how many it holds."""
    stored, fields = _load(room_id), _SAID.sent()
    said = _read(fields)
    fields.check(lambda: change_room(room_id=room_id, **said))
    if fields.is_refused:
        return _edit_page(stored, fields)
    flash(gettext("Saved."))
    return see_other(url_for("admin.rooms"))


@blueprint.post("/rooms/<id:room_id>/remove")
@staff(MANAGE)
def delete_room(room_id: int):
    """Remove a room that nothing was ever held in; what is gone already stays gone."""
    place = place_of_room(room_id)
    if place is None or not the_actor().can(MANAGE, *place):
        raise Refused("not_found")
    try:
        remove_room(room_id=room_id)
    except Refused as refused:
        flash(refusal_sentence(refused.code, **refused.facts), "error")
    else:
        flash(gettext("The room has been removed."))
    return see_other(url_for("admin.rooms"))


def _read(fields: Form) -> dict[str, Any]:
    return {
        "name": fields.read("name", line(_LONGEST_NAME)),
        "capacity": fields.read("capacity", or_none(whole(1, _LARGEST))),
    }


def _load(room_id: int) -> Row:
    """A room of an organization whose classes the actor manages, or `not_found`."""
    found = next((one for one in rooms_of(managed()) if one.id == room_id), None)
    if found is None:
        raise Refused("not_found")
    return found


def _edit_page(room: Row, fields: Form):
    return page("admin/classes/programs/room_form.html", fields.status, room=room, fields=fields)


def _places() -> list[tuple[int, str]]:
    return told_apart((one.id, one.name) for one in facilities_of(managed()))


def _page(fields: Form):
    values = {"facilities": _places(), "rooms": rooms_of(managed())}
    return page("admin/classes/programs/rooms.html", fields.status, fields=fields, **values)
