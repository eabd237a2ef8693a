"""When a facility is closed: public holidays of a country and region, and days of its own. For its admins."""

from datetime import timedelta
from typing import Any

from babel import Locale
from flask import flash, make_response, render_template, url_for

from webapp.domain.classes.class_draft import parse_local_date
from webapp.domain.event_days import local_date
from webapp.domain.permission import Permission
from webapp.languages.language import spoken
from webapp.languages.words import N_, gettext
from webapp.queries.organizations.days_off import (
    closed_days_of,
    days_off_for_reader,
    holiday_country_of,
    holiday_regions,
)
from webapp.queries.organizations.facility import FacilityFacts
from webapp.queries.organizations.organization import OrganizationSettings
from webapp.services.organizations.days_off import close_on, open_again, set_holidays
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.organizations.loading import load_facility
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import line
from webapp.views.guards import staff
from webapp.views.responses import see_other

REASON_LIMIT = 120
_COUNTRY = FormKind(("country", "region"), field_of={"unknown_country": "country", "unknown_region": "region"})
_CLOSED = FormKind(
    ("first_on", "last_on", "reason"),
    sentences={("reason", "text_missing"): N_("Enter why, for example “Summer break”")},
    field_of={"closed_end_before_start": "last_on", "closed_too_long": "last_on", "closed_too_many": "first_on"},
)
#: How far ahead days off are listed.
_AHEAD = timedelta(days=365)


@blueprint.get("/facilities/<id:facility_id>/days-off")
@staff(Permission.MANAGE_ORGANIZATION)
def facility_days_off(facility_id: int) -> Any:
    """Whose holidays count, its own closed days, and what comes of both."""
    return _page(*load_facility(facility_id))


@blueprint.post("/facilities/<id:facility_id>/days-off/holidays")
@staff(Permission.MANAGE_ORGANIZATION)
def save_facility_holidays(facility_id: int) -> Any:
    """Keep country and region; a region belongs to its country."""
    facility, organization = load_facility(facility_id)
    form = _COUNTRY.sent()
    country, region = form.values["country"] or None, form.values["region"] or None
    if holiday_country_of(facility_id)[0] != country:
        region = None  # of the country before
    form.check(lambda: set_holidays(facility_id=facility_id, country=country, region=region))
    if form.is_refused:
        return _page(facility, organization, country=form)
    flash(gettext("Saved."))
    return _back(facility_id)


@blueprint.post("/facilities/<id:facility_id>/days-off/closed")
@staff(Permission.MANAGE_ORGANIZATION)
def close_facility_on(facility_id: int) -> Any:
    """Close it for some days; a last day that is left out is the first."""
    facility, organization = load_facility(facility_id)
    form = _CLOSED.sent()
    first_on = form.read("first_on", parse_local_date)
    last_on = form.read("last_on", lambda text: parse_local_date(text) if text.strip() else first_on)
    reason = form.read("reason", line(REASON_LIMIT))
    form.check(lambda: close_on(facility_id=facility_id, first_on=first_on, last_on=last_on, reason=reason))
    if form.is_refused:
        return _page(facility, organization, closed=form)
    flash(gettext("Saved. Sessions and events that are already planned stay as they are."))
    return _back(facility_id)


@blueprint.post("/facilities/<id:facility_id>/days-off/closed/<id:closed_id>/remove")
@staff(Permission.MANAGE_ORGANIZATION)
def open_facility_again(facility_id: int, closed_id: int) -> Any:
    """It is open then after all."""
    load_facility(facility_id)
    open_again(facility_id=facility_id, closed_id=closed_id)
    flash(gettext("Removed."))
    return _back(facility_id)


def _back(facility_id: int) -> Any:
    return see_other(url_for("admin.facility_days_off", facility_id=facility_id))


def _page(
    facility: FacilityFacts,
    organization: OrganizationSettings,
    *,
    country: Form | None = None,
    closed: Form | None = None,
) -> Any:
    today = local_date(request_time.now(), facility.timezone)
    stored_country, stored_region = holiday_country_of(facility.id)
    country = country or _COUNTRY.filled({"country": stored_country, "region": stored_region})
    closed = closed or _CLOSED.filled()
    regions = holiday_regions()
    body = render_template(
        "admin/organizations/days_off.html",
        organization=organization,
        facility=facility,
        country=country,
        closed=closed,
        countries=_country_options(list(regions)),
        regions=regions.get(stored_country or "", ()),
        own=closed_days_of(facility.id, today),
        coming=days_off_for_reader(facility.id, today, today + _AHEAD),
        reason_limit=REASON_LIMIT,
    )
    return make_response(body, max(country.status, closed.status))


def _country_options(codes: list[str]) -> list[tuple[str, str]]:
    """By their names in the reader's language."""
    names: Any = Locale.parse(str(spoken().locale)).territories
    return sorted(((code, names.get(code, code)) for code in codes), key=lambda one: one[1])
