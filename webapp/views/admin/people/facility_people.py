"""The people of a facility: who may be enrolled in its classes."""

from typing import Any

from flask import flash, make_response, render_template, request, url_for
from sqlalchemy import Row

from webapp.domain.permission import Permission
from webapp.languages.words import N_, gettext
from webapp.queries.classes.facility_people import facilities_with_people, facility_people_page
from webapp.queries.people.known_people import known_people
from webapp.services.accounts.account import NAME_LIMIT, require_email
from webapp.services.accounts.households import Whom
from webapp.services.classes.people.facility_people import Added, add_to_facility, deactivate_person, reactivate_person
from webapp.views import request_time
from webapp.views.admin.address import neighbours, query_words
from webapp.views.admin.blueprint import blueprint
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import line_or_empty
from webapp.views.forms.sent import first_field
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_facility
from webapp.views.paging import page_number
from webapp.views.responses import safe_next, see_other
from webapp.views.words.formatting import plural

#: One person to add, and beside it the file with many.
ADDING = FormKind(
    ("email", "name"),
    sentences={"people_unknown": N_("No one has an account with this address yet. Enter their name, too")},
    field_of={"people_unknown": "name"},
    otherwise="file",
)


@blueprint.get("/people")
@staff(Permission.MANAGE_CLASSES)
def facilities():
    """Every facility, with how many people belong to it."""
    found = facilities_with_people(the_actor().reach(Permission.MANAGE_CLASSES))
    return render_template("admin/people/facilities.html", facilities=found)


@blueprint.get("/facilities/<id:facility_id>/people")
@staff(Permission.MANAGE_CLASSES)
def facility_people(facility_id: int):
    """Everybody who belongs to it, by name, and the forms that add to them."""
    return people_page(load_facility(facility_id, Permission.MANAGE_CLASSES))


@blueprint.get("/facilities/<id:facility_id>/people/known")
@staff(Permission.MANAGE_CLASSES)
def suggest_facility_person(facility_id: int) -> str:
    """Whom of those the organization knows, and who is not there yet, an address may mean that is typed."""
    facility = load_facility(facility_id, Permission.MANAGE_CLASSES)
    found = known_people(facility.organization_id, request.args.get("email", ""), not_at=facility_id)
    return render_template("components/forms/_suggestions.html", suggestions=[(one.email, one.name) for one in found])


@blueprint.post("/facilities/<id:facility_id>/people")
@staff(Permission.MANAGE_CLASSES)
def add_facility_person(facility_id: int):
    """Add one person by address; the name is for whoever has no account yet."""
    facility = load_facility(facility_id, Permission.MANAGE_CLASSES)
    form = ADDING.sent()
    address = form.read("email", lambda text: require_email(text.strip() or "-"))
    name = form.read("name", line_or_empty(NAME_LIMIT))
    added = form.check(
        lambda: add_to_facility(facility_id=facility_id, names={Whom(address): name}, now=request_time.now())
    )
    return people_page(facility, form) if form.is_refused else people_added(facility_id, added)


@blueprint.post("/facilities/<id:facility_id>/people/<id:user_id>/<any(deactivate, reactivate):what>")
@staff(Permission.MANAGE_CLASSES)
def change_facility_person(facility_id: int, user_id: int, what: str):
    """Nobody enrolls them any more, or again; twice changes nothing more."""
    load_facility(facility_id, Permission.MANAGE_CLASSES)
    if what == "deactivate":
        deactivate_person(facility_id=facility_id, user_id=user_id, now=request_time.now())
    else:
        reactivate_person(facility_id=facility_id, user_id=user_id)
    flash(
        gettext("Deactivated. They can no longer be enrolled here.")
        if what == "deactivate"
        else gettext("Reactivated.")
    )
    usual = url_for("admin.facility_people", facility_id=facility_id)
    return see_other(safe_next(first_field("return_to"), usual))


def people_added(facility_id: int, added: Added, *, left_out: int = 0) -> Any:
    """Back to the people, with how many were added."""
    told = [plural(added.new, "{n} person added", "{n} people added")]
    if added.already:
        told.append(plural(added.already, "{n} already there", "{n} already there"))
    if left_out:
        told.append(
            plural(
                left_out,
                "{n} line left out that repeated someone or said “not coming”",
                "{n} lines left out that repeated someone or said “not coming”",
            )
        )
    flash(f"{', '.join(told)}.")
    return see_other(url_for("admin.facility_people", facility_id=facility_id))


def people_page(facility: Row, form: Form | None = None) -> Any:
    """The people of a facility and the forms that add to them."""
    form = form or ADDING.filled()
    query = query_words()
    found = facility_people_page(facility.id, query, page_number())

    def address(page: int) -> str:
        page_or_none = page if page > 1 else None
        return url_for("admin.facility_people", facility_id=facility.id, q=query or None, page=page_or_none)

    body = render_template(
        "admin/people/facility_people.html",
        facility=facility,
        found=found,
        query=query,
        errors=form.errors,
        here=address(found.number),
        form=form.values,
        **neighbours(found, address),
    )
    return make_response(body, form.status)
