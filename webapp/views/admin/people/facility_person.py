"""One person of a facility: their classes there, and moving them to another facility."""

from typing import Any

from flask import flash, render_template, url_for
from sqlalchemy import Row

from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.classes.facility_move import REASON_LIMIT, PlaceEnd
from webapp.domain.numbers import MAX_ID, parse_whole
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext, ngettext
from webapp.queries.classes.facility_move import (
    ends_of,
    facility_person,
    moves_of_person,
    other_facilities,
    places_at_facility,
)
from webapp.services.classes.people.facility_move import move_to_facility
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.forms.form import Form
from webapp.views.forms.pickers import choice_of, told_apart
from webapp.views.forms.readers import row_id
from webapp.views.forms.reason import REASON, read_reason
from webapp.views.forms.sent import several_fields
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_facility
from webapp.views.responses import done, small_form

_MOVE = REASON.plus(
    "to",
    sentences={
        **REASON.sentences,
        ("to", "unknown_choice"): N_("Choose a facility"),
        "stale": N_("Their classes changed a moment ago. Check what will happen now, then decide again."),
    },
    field_of=dict.fromkeys(("same_facility", "facility_elsewhere", "deactivated_at_new_facility"), "to"),
)


@blueprint.get("/facilities/<id:facility_id>/people/<id:user_id>")
@staff(Permission.MANAGE_CLASSES)
def one_facility_person(facility_id: int, user_id: int):
    """Whether they belong here, their places in its classes, and from where to where they were moved."""
    facility, person = _load(facility_id, user_id, Permission.MANAGE_CLASSES)
    others = other_facilities(facility.organization_id, facility.id)
    may_move = the_actor().can(Permission.MOVE_PEOPLE, facility.organization_id)
    return render_template(
        "admin/people/facility_person.html",
        facility=facility,
        person=person,
        places=places_at_facility(facility_id, user_id),
        moves=moves_of_person(user_id, facility.organization_id),
        can_move=bool(person.added_at and others and may_move),
    )


@blueprint.get("/facilities/<id:facility_id>/people/<id:user_id>/move")
@staff(Permission.MOVE_PEOPLE)
def move_person(facility_id: int, user_id: int):
    """Say what a move does to each of their classes, and ask where to and why; also opened as a dialog."""
    return _page(*_load(facility_id, user_id, Permission.MOVE_PEOPLE), _MOVE.filled())


@blueprint.post("/facilities/<id:facility_id>/people/<id:user_id>/move")
@staff(Permission.MOVE_PEOPLE)
def confirm_moving_person(facility_id: int, user_id: int):
    """Move them, if that does what the page said."""
    facility, person = _load(facility_id, user_id, Permission.MOVE_PEOPLE)
    form = read_reason(_MOVE, limit=REASON_LIMIT)
    target = form.read("to", lambda text: _target(text, facility))
    if form.errors:
        return _page(facility, person, form)
    try:
        ended = move_to_facility(
            user_id=user_id,
            from_facility_id=facility_id,
            to_facility_id=target,
            reason=form.values["reason"],
            actor=the_actor(),
            now=request_time.now(),
            expected=_ends_shown(),
        )
    except Refused as refused:
        form.refuse(refused)
        return _page(facility, facility_person(facility.id, person.id) or person, form)
    name = dict(other_facilities(facility.organization_id, facility.id))[target]
    said = gettext("{name} is now at {facility}.", name=person.name, facility=name)
    if ended:
        said += " " + ngettext("{n} place in a class ended.", "{n} places in classes ended.", len(ended))
    flash(said)
    return done(url_for("admin.one_facility_person", facility_id=target, user_id=user_id))


def _load(facility_id: int, user_id: int, permission: Permission) -> tuple[Row, Row]:
    """A facility of an organization where the actor has the permission, and a person of it; or `not_found`."""
    facility = load_facility(facility_id, permission)
    person = facility_person(facility_id, user_id)
    if person is None:
        raise Refused("not_found")
    return facility, person


def _target(text: str, facility: Row) -> int:
    """By its words from the list; an id may also be of a facility that the rule has something to say about."""
    if text.isdecimal():
        return row_id("unknown_choice")(text)
    return choice_of(_others(facility), "unknown_choice")(text)


def _others(facility: Row) -> list[tuple[int, str]]:
    return told_apart(other_facilities(facility.organization_id, facility.id))


def _ends_shown() -> set[PlaceEnd]:
    """What the page said would end; what cannot be read is as good as another page."""
    return {end for text in several_fields("end") if (end := _end_of(text)) is not None}


def _end_of(text: str) -> PlaceEnd | None:
    try:
        number, from_status, to_status = text.split(":")
        return PlaceEnd(parse_whole(number, low=1, high=MAX_ID, field="end"), E(from_status), E(to_status))
    except (ValueError, Refused):
        return None


def _page(facility: Row, person: Row, form: Form) -> Any:
    return small_form(
        "admin/people/move_person",
        form,
        facility=facility,
        person=person,
        facilities=_others(facility),
        reason_limit=REASON_LIMIT,
        ends=ends_of(places_at_facility(facility.id, person.id)),
        to=form.values["to"],
    )
