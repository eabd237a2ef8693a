"""The rooms of the organizer's facilities."""

from flask import flash, url_for

from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.classes.program import organization_of_room, rooms_of
from webapp.queries.events.admin_events import facilities_of
from webapp.services.classes.room import add_room, remove_room
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.programs.acting import MANAGE, own_organizations, page
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.pickers import choice_of, told_apart
from webapp.views.forms.readers import line
from webapp.views.guards import staff, the_actor
from webapp.views.responses import see_other
from webapp.views.words.refusals import refusal_sentence

_ROOM = FormKind(
    ("facility_id", "name"),
    sentences={("name", "text_missing"): N_("Enter a name")},
    field_of={"room_name_taken": "name", "not_found": "facility_id"},
)
_LONGEST_NAME = 80


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
    name = fields.read("name", line(_LONGEST_NAME))
    fields.check(lambda: add_room(facility_id=facility_id, name=name))
    if fields.is_refused:
        return _page(fields)
    flash(gettext("The room has been added."))
    return see_other(url_for("admin.rooms"))


@blueprint.post("/rooms/<id:room_id>/remove")
@staff(MANAGE)
def delete_room(room_id: int):
    """Remove a room that nothing was ever held in; what is gone already stays gone."""
    owner = organization_of_room(room_id)
    if owner is None or not the_actor().can(MANAGE, owner):
        raise Refused("not_found")
    try:
        remove_room(room_id=room_id)
    except Refused as refused:
        flash(refusal_sentence(refused.code, **refused.facts), "error")
    else:
        flash(gettext("The room has been removed."))
    return see_other(url_for("admin.rooms"))


def _places() -> list[tuple[int, str]]:
    return told_apart((one.id, one.name) for one in facilities_of(own_organizations()))


def _page(fields: Form):
    values = {"facilities": _places(), "rooms": rooms_of(own_organizations())}
    return page("admin/classes/programs/rooms.html", fields.status, fields=fields, **values)
