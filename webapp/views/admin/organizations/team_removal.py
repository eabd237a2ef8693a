"""Taking somebody off the team: what they teach goes to a member who is chosen."""

from flask import Response, flash, url_for

from webapp.domain.permission import Permission
from webapp.languages.words import gettext
from webapp.queries.classes.teaching import open_classes_of
from webapp.queries.organizations.team import Member
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.organizations.loading import load_organization
from webapp.views.admin.organizations.team import load_member
from webapp.views.forms.form import Form
from webapp.views.guards import staff
from webapp.views.responses import done, small_form
from webapp.views.team_leaving import REMOVAL, leaves, successors


@blueprint.get("/organization/<id:organization_id>/team/<id:user_id>/remove")
@staff(Permission.MANAGE_TEAM)
def ask_remove_member(organization_id: int, user_id: int):
    """Say what they teach and ask who takes over."""
    load_organization(organization_id)
    return _page(organization_id, load_member(organization_id, user_id), REMOVAL.filled())


@blueprint.post("/organization/<id:organization_id>/team/<id:user_id>/remove")
@staff(Permission.MANAGE_TEAM)
def remove_member(organization_id: int, user_id: int):
    """Remove them; their access ends at once."""
    load_organization(organization_id)
    member, form = load_member(organization_id, user_id), REMOVAL.sent()
    if not leaves(form, organization_id, user_id):
        return _page(organization_id, member, form)
    flash(gettext("{name} is no longer on the team.", name=member.name))
    return done(url_for("admin.team", organization_id=organization_id))


def _page(organization_id: int, member: Member, form: Form) -> Response:
    return small_form(
        "admin/organizations/team_removal",
        form,
        member=member,
        organization_id=organization_id,
        taught=open_classes_of(organization_id, member.user_id),
        successors=successors(organization_id, member.user_id),
    )
