"""The colours of an organization: chosen, refused with the nearest that can be read, taken back. For its admins."""

from collections.abc import Mapping
from functools import partial

from flask import Response, flash, make_response, render_template, url_for

from webapp.domain.accent import DARK, LIGHT, Theme, nearest_readable, require_colour, require_readable
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.organizations.organization import OrganizationSettings
from webapp.services.organizations.organization_settings import choose_accent, remove_accent
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.organizations.loading import load_organization
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.sent import first_field
from webapp.views.guards import staff
from webapp.views.responses import see_other

_COLOURS = FormKind(("light", "dark"))
_THEMES: Mapping[str, Theme] = {"light": LIGHT, "dark": DARK}
#: Of `tokens.css`: what a form begins with.
_USUAL = {"light": "#0b5a66", "dark": "#7fd0dc"}


@blueprint.get("/organization/<id:organization_id>/color")
@staff(Permission.MANAGE_ORGANIZATION)
def organization_accent(organization_id: int) -> Response:
    """The colours of today."""
    organization = load_organization(organization_id)
    light, _, dark = organization.accent.partition(" ")
    return _page(organization, _COLOURS.filled({"light": light, "dark": dark} if light else _USUAL))


@blueprint.post("/organization/<id:organization_id>/color")
@staff(Permission.MANAGE_ORGANIZATION)
def save_organization_accent(organization_id: int) -> Response:
    """Keep both, or say which nearest ones can be read. `use`: take those instead of what was typed."""
    organization, form = load_organization(organization_id), _COLOURS.sent()
    for name, theme in _THEMES.items():
        if first_field("use"):
            form.values[name] = _nearest(form.values[name], theme) or form.values[name]
        form.read(name, partial(_readable, theme))
    form.check(lambda: choose_accent(organization_id=organization_id, **form.values))
    if form.is_refused:
        return _page(organization, form)
    flash(gettext("Saved. Your pages have these colors now."))
    return _back(organization_id)


@blueprint.post("/organization/<id:organization_id>/color/remove")
@staff(Permission.MANAGE_ORGANIZATION)
def take_accent_away(organization_id: int) -> Response:
    """Turnout's colours again."""
    load_organization(organization_id)
    remove_accent(organization_id=organization_id)
    flash(gettext("Your pages have Turnout’s colors again."))
    return _back(organization_id)


def _readable(theme: Theme, text: str) -> str:
    return require_readable(require_colour(text), theme)


def _nearest(text: str, theme: Theme) -> str | None:
    try:
        return nearest_readable(require_colour(text), theme)
    except Refused:
        return None


def _back(organization_id: int) -> Response:
    return see_other(url_for("admin.organization_accent", organization_id=organization_id))


def _page(organization: OrganizationSettings, form: Form) -> Response:
    nearest = {name: _nearest(form.values[name], theme) for name, theme in _THEMES.items()}
    body = render_template(
        "admin/organizations/accent.html",
        organization=organization,
        form=form.values,
        errors=form.errors,
        nearest=nearest if form.errors and all(nearest.values()) else None,
    )
    return make_response(body, form.status)
