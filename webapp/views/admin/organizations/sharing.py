"""How an organization is found and shared: its page, its calendar, a list on other sites. For its admins."""

from flask import Response, flash, make_response, render_template, url_for

from webapp.domain.permission import Permission
from webapp.domain.web_origin import require_origins
from webapp.languages.words import gettext
from webapp.queries.organizations.organization import OrganizationSettings
from webapp.services.organizations.organization_settings import choose_embed_origins
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.organizations.loading import load_organization
from webapp.views.forms.form import Form, FormKind
from webapp.views.guards import staff
from webapp.views.responses import see_other

_SITES = FormKind(("origins",), otherwise="origins")


@blueprint.get("/organization/<id:organization_id>/sharing")
@staff(Permission.MANAGE_ORGANIZATION)
def organization_sharing(organization_id: int) -> Response:
    """Links and code to take along."""
    organization = load_organization(organization_id)
    return _page(organization, _SITES.filled({"origins": "\n".join(organization.embed_origins.split())}))


@blueprint.post("/organization/<id:organization_id>/sharing")
@staff(Permission.MANAGE_ORGANIZATION)
def save_organization_sharing(organization_id: int) -> Response:
    """Keep which sites may show the list."""
    organization, form = load_organization(organization_id), _SITES.sent()
    origins = form.read("origins", require_origins)
    if form.is_refused:
        return _page(organization, form)
    choose_embed_origins(organization_id=organization_id, origins=origins)
    flash(gettext("Saved."))
    return see_other(url_for("admin.organization_sharing", organization_id=organization_id, _anchor="embed"))


def _page(organization: OrganizationSettings, form: Form) -> Response:
    body = render_template(
        "admin/organizations/sharing.html", organization=organization, form=form.values, errors=form.errors
    )
    return make_response(body, form.status)
