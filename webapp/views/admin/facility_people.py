"""The people of a facility: who may be enrolled in its classes."""

from typing import Any

from flask import flash, g, make_response, render_template, request, url_for
from sqlalchemy import Row

from webapp import clock
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line
from webapp.queries.classes.facility_people import facilities_with_people, facility_people_page
from webapp.services.classes.facility_people import Added, add_to_facility, deactivate_person, reactivate_person
from webapp.services.people.account import NAME_LIMIT, require_email
from webapp.services.people.people_file import read_people_file
from webapp.views.admin.address import neighbours, query_words
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.class_people.file import sent_file
from webapp.views.admin.class_people.words import refused_words
from webapp.views.errors import status_of
from webapp.views.form_input import one_field, page_number
from webapp.views.form_problems import in_words
from webapp.views.formatting import plural
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_facility
from webapp.views.responses import safe_next, see_other

#: Lines with a problem that are named; the rest are counted.
_NAMED_LINES = 10


@blueprint.get("/people")
@staff(Permission.MANAGE_CLASSES)
def facilities():
    """Every facility, with how many people belong to it."""
    found = facilities_with_people(the_actor().organizations_with(Permission.MANAGE_CLASSES))
    return render_template("admin/facilities.html", facilities=found)


@blueprint.get("/facilities/<id:facility_id>/people")
@staff(Permission.MANAGE_CLASSES)
def facility_people(facility_id: int):
    """Everybody who belongs to it, by name, and the forms that add to them."""
    return _page(load_facility(facility_id, Permission.MANAGE_CLASSES))


@blueprint.post("/facilities/<id:facility_id>/people")
@staff(Permission.MANAGE_CLASSES)
def add_facility_person(facility_id: int):
    """Add one person by address; the name is for whoever has no account yet."""
    facility = load_facility(facility_id, Permission.MANAGE_CLASSES)
    problems, address, name = {}, one_field("email"), one_field("name")
    try:
        address = require_email(address.strip() or "-")
    except Refused as refused:
        problems["email"] = in_words(refused)
    try:
        name = clean_line(name, limit=NAME_LIMIT, field="name") if name.strip() else ""
    except Refused as refused:
        problems["name"] = in_words(refused)
    if problems:
        return _page(facility, problems=problems, status=422)
    try:
        added = add_to_facility(facility_id=facility_id, names={address: name}, now=clock.now())
    except Refused as refused:
        g.refusal = refused.code
        problems["name"] = "Nobody has an account with this address yet. Enter the name, too"
        return _page(facility, problems=problems, status=status_of(refused))
    return _added(facility_id, added)


@blueprint.post("/facilities/<id:facility_id>/people/file")
@staff(Permission.MANAGE_CLASSES)
def add_facility_file(facility_id: int):
    """Add everybody of a file, or, if one line is wrong, nobody."""
    facility = load_facility(facility_id, Permission.MANAGE_CLASSES)
    try:
        lines = read_people_file(sent_file("file"))
        if broken := [f"{line.number} ({refused_words(line.problem)})" for line in lines if line.problem]:
            raise Refused("lines_broken", lines=_some(broken))
        names = {line.address: line.name for line in lines}
        added = add_to_facility(facility_id=facility_id, names=names, now=clock.now())
    except Refused as refused:
        if refused.code == "people_unknown":
            refused = Refused("people_unknown", addresses=_some(refused.facts["addresses"]))  # type: ignore[arg-type]
        return _page(facility, problems={"file": in_words(refused)}, status=status_of(refused))
    return _added(facility_id, added)


@blueprint.post("/facilities/<id:facility_id>/people/<id:user_id>/<any(deactivate, reactivate):what>")
@staff(Permission.MANAGE_CLASSES)
def change_facility_person(facility_id: int, user_id: int, what: str):
    """Nobody enrolls them any more, or again; twice changes nothing more."""
    load_facility(facility_id, Permission.MANAGE_CLASSES)
    if what == "deactivate":
        deactivate_person(facility_id=facility_id, user_id=user_id, now=clock.now())
    else:
        reactivate_person(facility_id=facility_id, user_id=user_id)
    flash("Deactivated: nobody can enroll them here." if what == "deactivate" else "Reactivated.")
    usual = url_for("admin.facility_people", facility_id=facility_id)
    return see_other(safe_next(request.form.get("return_to"), usual))


def _some(words: Any) -> str:
    words = list(words)
    more = len(words) - _NAMED_LINES
    return ", ".join(words[:_NAMED_LINES]) + (f" and {more} more" if more > 0 else "")


def _added(facility_id: int, added: Added) -> Any:
    new = f"{plural(added.new, 'person is', 'people are')} added"
    flash(f"{new}, {added.already} belonged to it before." if added.already else f"{new}.")
    return see_other(url_for("admin.facility_people", facility_id=facility_id))


def _page(facility: Row, *, problems: dict[str, str] | None = None, status: int = 200) -> Any:
    query = query_words()
    found = facility_people_page(facility.id, query, page_number())

    def address(page: int) -> str:
        page_or_none = page if page > 1 else None
        return url_for("admin.facility_people", facility_id=facility.id, q=query or None, page=page_or_none)

    body = render_template(
        "admin/facility_people.html", facility=facility, found=found, query=query, errors=problems or {},
        here=address(found.number), form=request.form, **neighbours(found, address),
    )  # fmt: skip
    return make_response(body, status)
