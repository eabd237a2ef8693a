"""The facilities of an organization: name, address and clocks of each. For its admins."""

from flask import Response, flash, make_response, render_template, url_for

from webapp.domain.event_days import require_timezone
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.organizations.facility import FacilityFacts, facilities_by_name
from webapp.queries.organizations.organization import OrganizationSettings
from webapp.services.organizations.facility import (
    FacilityDraft,
    archive_facility,
    change_facility,
    create_facility,
    restore_facility,
)
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.organizations.loading import load_facility, load_organization
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import line, line_or_empty, prose
from webapp.views.forms.sent import hidden_number
from webapp.views.guards import staff
from webapp.views.responses import see_other
from webapp.views.words.refusals import refusal_sentence

NAME_LIMIT, ADDRESS_LIMIT, ACCESSIBILITY_LIMIT = 120, 300, 500
_FACILITY = FormKind(
    ("name", "address", "accessibility"),
    sentences={("name", "text_missing"): N_("Enter the name of the facility")},
    field_of={"facility_name_taken": "name"},
)
_NEW = _FACILITY.plus("timezone")


@blueprint.get("/organization/<id:organization_id>/facilities")
@staff(Permission.MANAGE_ORGANIZATION)
def organization_facilities(organization_id: int):
    """All of them, with what is planned there."""
    organization = load_organization(organization_id)
    found = facilities_by_name(organization_id)
    return render_template("admin/organizations/facilities.html", organization=organization, facilities=found)


@blueprint.get("/organization/<id:organization_id>/facilities/new")
@staff(Permission.MANAGE_ORGANIZATION)
def new_organization_facility(organization_id: int):
    """An empty form, with the clocks of the facility that is there already."""
    organization = load_organization(organization_id)
    others = facilities_by_name(organization_id)
    return _page(organization, _NEW.filled({"timezone": others[0].timezone if others else None}))


@blueprint.post("/organization/<id:organization_id>/facilities/new")
@staff(Permission.MANAGE_ORGANIZATION)
def add_organization_facility(organization_id: int):
    """Add it; events and classes can be planned there at once."""
    organization, fields = load_organization(organization_id), _NEW.sent()
    draft = _read(fields)
    zone = fields.read("timezone", lambda text: require_timezone(text.strip()).key)
    fields.check(lambda: create_facility(organization_id=organization_id, draft=draft, timezone=zone))
    if fields.is_refused:
        return _page(organization, fields)
    flash(gettext("The facility has been added. You can plan events and classes there."))
    return _back(organization_id)


@blueprint.get("/facilities/<id:facility_id>/edit")
@staff(Permission.MANAGE_ORGANIZATION)
def organization_facility(facility_id: int):
    """The form of one facility."""
    facility, organization = load_facility(facility_id)
    return _page(organization, _filled(facility), facility)


@blueprint.post("/facilities/<id:facility_id>/edit")
@staff(Permission.MANAGE_ORGANIZATION)
def save_organization_facility(facility_id: int):
    """Keep what the form says."""
    facility, organization = load_facility(facility_id)
    fields = _FACILITY.sent()
    fields.require_version()
    draft, version = _read(fields), fields.version or 0
    fields.check(lambda: change_facility(facility_id=facility_id, draft=draft, expected_version=version))
    if fields.is_refused:
        return _page(organization, fields, facility)
    flash(gettext("Saved."))
    return _back(facility.organization_id)


@blueprint.post("/facilities/<id:facility_id>/archive")
@staff(Permission.MANAGE_ORGANIZATION)
def archive_organization_facility(facility_id: int):
    """Offer it nowhere any more; what was held there stays as it is."""
    facility, organization = load_facility(facility_id)
    version = hidden_number("version") or 0
    try:
        archive_facility(facility_id=facility_id, expected_version=version, now=request_time.now())
    except Refused as refused:
        fields = _filled(facility)
        fields.refuse(refused, said=refusal_sentence(refused.code, **refused.facts))
        return _page(organization, fields, facility)
    flash(gettext("The facility has been archived. Its past events and classes stay as they are."))
    return _back(facility.organization_id)


@blueprint.post("/facilities/<id:facility_id>/restore")
@staff(Permission.MANAGE_ORGANIZATION)
def restore_organization_facility(facility_id: int):
    """Offer it again."""
    facility, _ = load_facility(facility_id)
    restore_facility(facility_id=facility_id)
    flash(gettext("You can plan events and classes there again."))
    return _back(facility.organization_id)


def _read(fields: Form) -> FacilityDraft:
    return FacilityDraft(
        name=fields.read("name", line(NAME_LIMIT)),
        address=fields.read("address", line_or_empty(ADDRESS_LIMIT)),
        accessibility=fields.read("accessibility", prose(ACCESSIBILITY_LIMIT)),
    )


def _filled(facility: FacilityFacts) -> Form:
    return _FACILITY.filled({name: getattr(facility, name) for name in _FACILITY.names}, version=facility.version)


def _page(organization: OrganizationSettings, fields: Form, facility: FacilityFacts | None = None) -> Response:
    body = render_template(
        "admin/organizations/facility_form.html", organization=organization, fields=fields, facility=facility
    )
    return make_response(body, fields.status)


def _back(organization_id: int) -> Response:
    return see_other(url_for("admin.organization_facilities", organization_id=organization_id))
