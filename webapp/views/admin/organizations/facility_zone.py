"""The time zone of a facility is put right: first what would move is said, then it is done."""

from flask import Response, flash, make_response, render_template, url_for

from webapp.domain.event_days import require_timezone
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext, ngettext
from webapp.queries.organizations.facility import FacilityFacts
from webapp.queries.organizations.organization import OrganizationSettings
from webapp.services.classes.facility_zone import ZoneMove, change_zone, foresee_zone
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.organizations.loading import load_facility
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.sent import first_field
from webapp.views.guards import staff, the_actor
from webapp.views.responses import see_other

_ZONE = FormKind(
    ("timezone",),
    sentences={"nothing_changed_here": N_("Choose another time zone")},
    field_of={"nothing_changed_here": "timezone"},
)


@blueprint.get("/facilities/<id:facility_id>/zone")
@staff(Permission.MANAGE_ORGANIZATION)
def organization_facility_zone(facility_id: int):
    """The zone of today, to be replaced."""
    facility, organization = load_facility(facility_id)
    return _page(organization, facility, _ZONE.filled({"timezone": facility.timezone}, version=facility.version))


@blueprint.post("/facilities/<id:facility_id>/zone")
@staff(Permission.MANAGE_ORGANIZATION)
def save_organization_facility_zone(facility_id: int):
    """What it would move, and once that was read, the change."""
    facility, organization = load_facility(facility_id)
    now, fields = request_time.now(), _ZONE.sent()
    fields.require_version()
    zone = fields.read("timezone", lambda text: require_timezone(text.strip()).key)
    if zone == facility.timezone:
        fields.refuse(Refused("nothing_changed_here"))
    context = {"tz": facility.timezone, "now": now}
    foreseen = fields.check(lambda: foresee_zone(facility_id=facility_id, timezone=zone, now=now), **context)
    if fields.is_refused or first_field("seen") != _key(zone, foreseen):
        return _page(organization, facility, fields, foreseen)
    moved = fields.check(
        lambda: change_zone(
            facility_id=facility_id,
            timezone=zone,
            expected_version=fields.version or 0,
            actor=the_actor(),
            now=now,
        ),
        **context,
    )
    if fields.is_refused:
        return _page(organization, facility, fields, foreseen)
    flash(_moved_words(moved))
    return see_other(url_for("admin.organization_facilities", organization_id=facility.organization_id))


def _moved_words(moved: int) -> str:
    if not moved:
        return gettext("The time zone has been changed.")
    return ngettext(
        "The time zone has been changed, and {n} session with it.",
        "The time zone has been changed, and {n} sessions with it.",
        moved,
    )


def _key(zone: str, foreseen: ZoneMove) -> str:
    """What was read is what will be done: it is shown again when something else was planned meanwhile."""
    return f"{zone} {foreseen.sessions} {foreseen.first_to}"


def _page(
    organization: OrganizationSettings, facility: FacilityFacts, fields: Form, foreseen: ZoneMove | None = None
) -> Response:
    zone = fields.values["timezone"].strip()
    body = render_template(
        "admin/organizations/facility_zone.html",
        organization=organization,
        facility=facility,
        fields=fields,
        foreseen=foreseen,
        zone=zone,
        seen=_key(zone, foreseen) if foreseen else "",
    )
    return make_response(body, fields.status)
