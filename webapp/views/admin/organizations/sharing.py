"""How an organization is found and shared: its page, its calendar. For its admins."""

from flask import render_template

from webapp.domain.permission import Permission
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.organizations.loading import load_organization
from webapp.views.guards import staff


@blueprint.get("/organization/<id:organization_id>/sharing")
@staff(Permission.MANAGE_ORGANIZATION)
def organization_sharing(organization_id: int):
    """Links to take along."""
    return render_template("admin/organizations/sharing.html", organization=load_organization(organization_id))
