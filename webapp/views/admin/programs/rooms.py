"""The rooms of the organizer's facilities."""

from flask import flash, request, url_for

from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line
from webapp.queries.classes.program import organization_of_room, rooms_of
from webapp.queries.events.admin_events import facilities_of
from webapp.services.classes.room import add_room, remove_room
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.programs.acting import MANAGE, own_organizations, page
from webapp.views.admin.programs.fields import Fields, choice_of, read_form
from webapp.views.errors import status_of
from webapp.views.guards import staff, the_actor
from webapp.views.responses import see_other
from webapp.views.wording import refusal_sentence

_NAMES = ("facility_id", "name")
_LABELS = {"name": "a name"}
_FIELD_OF = {"room_name_taken": "name", "not_found": "facility_id"}
_LONGEST_NAME = 80


@blueprint.get("/rooms")
@staff(MANAGE)
def rooms():
    """Every room, by facility."""
    return _page(Fields(dict.fromkeys(_NAMES, ""), _LABELS))


@blueprint.post("/rooms")
@staff(MANAGE)
def create_room():
    """Add a room."""
    fields = read_form(request.form, _NAMES, _LABELS)
    places = [one.id for one in facilities_of(own_organizations())]
    facility_id = fields.read("facility_id", choice_of(places, "unknown_facility"))
    name = fields.read("name", lambda text: clean_line(text, limit=_LONGEST_NAME, field="name"))
    if fields.errors:
        return _page(fields, 422)
    try:
        add_room(facility_id=facility_id, name=name)
    except Refused as refused:
        fields.add_error(refused, _FIELD_OF)
        return _page(fields, status_of(refused))
    flash("The room is added.")
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
        flash("The room is removed.")
    return see_other(url_for("admin.rooms"))


def _page(fields: Fields, status: int = 200):
    own = own_organizations()
    return page(
        "admin/classes/rooms.html", status, fields=fields, facilities=facilities_of(own), rooms=rooms_of(own)
    )
