"""Certificates of an event: all of them as sheets to print, and the name on one put right."""

from typing import Any

from flask import Response, flash, make_response, render_template, url_for
from sqlalchemy import Row

from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.events.event import EventFacts
from webapp.queries.places.certificates.certificate import certificate_of, certificates_of_event
from webapp.queries.places.roster import RosterPerson
from webapp.services.accounts.account import NAME_LIMIT
from webapp.services.places.certificates.naming import correct_certificate_name
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.events.person import load_person
from webapp.views.forms.form import Form
from webapp.views.forms.readers import line
from webapp.views.forms.reason import REASON, read_reason
from webapp.views.forms.sent import first_field
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_event
from webapp.views.paging import page_number
from webapp.views.responses import done, small_form

_NAME = REASON.plus(
    "name",
    sentences={**REASON.sentences, ("name", "text_missing"): N_("Enter the name as it should be printed")},
    field_of={"name_unchanged": "name"},
)


@blueprint.get("/events/<id:event_id>/certificates")
@staff(Permission.MANAGE_EVENTS)
def event_certificates(event_id: int) -> Response:
    """A sheet for each valid one, by name; a page of them is what a browser prints at once."""
    event = load_staff_event(event_id, Permission.MANAGE_EVENTS)
    page = certificates_of_event(event_id, page_number())
    return make_response(render_template("admin/events/certificates/sheets.html", event=event, page=page))


@blueprint.get("/enrollments/<id:enrollment_id>/certificate-name")
@staff(Permission.OVERRIDE_OUTCOME)
def certificate_name(enrollment_id: int) -> Any:
    """Ask for the name and the reason; also opened as a dialog."""
    person, event, certificate = _load(enrollment_id)
    return _page(person, event, certificate, _NAME.filled({"name": person.name}))


@blueprint.post("/enrollments/<id:enrollment_id>/certificate-name")
@staff(Permission.OVERRIDE_OUTCOME)
def correct_name(enrollment_id: int) -> Any:
    """Print the other name from now on."""
    person, event, certificate = _load(enrollment_id)
    form = read_reason(_NAME)
    name = form.read("name", line(NAME_LIMIT))
    form.check(
        lambda: correct_certificate_name(
            enrollment_id=enrollment_id,
            name=name or "",
            printed=first_field("printed"),
            reason=form.values["reason"],
            actor=the_actor(),
            now=request_time.now(),
        )
    )
    if form.is_refused:
        return _page(person, event, _load(enrollment_id)[2], form)
    flash(gettext("The certificate now says {name}.", name=name))
    return done(url_for("admin.enrollment", enrollment_id=enrollment_id))


def _load(enrollment_id: int) -> tuple[RosterPerson, EventFacts, Row]:
    person, event = load_person(enrollment_id, Permission.OVERRIDE_OUTCOME)
    certificate = certificate_of(enrollment_id)
    if certificate is None:
        raise Refused("not_found")
    return person, event, certificate


def _page(person: RosterPerson, event: EventFacts, certificate: Row, form: Form) -> Any:
    return small_form(
        "admin/events/certificates/name", form, person=person, event=event, certificate=certificate, most=NAME_LIMIT
    )
