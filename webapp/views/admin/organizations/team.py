"""The team of an organization: who may do what, changed by its admins and owners."""

from collections.abc import Collection
from typing import Any

from flask import Response, flash, render_template, url_for

from webapp.domain.people.team import grants_in_text, read_grants
from webapp.domain.permission import Permission, Role
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.organizations.facility import FacilityFacts, facilities_by_name
from webapp.queries.organizations.organization import OrganizationSettings
from webapp.queries.organizations.team import Member, member_of, members_of, open_invitations, roles_named, team_changes
from webapp.services.organizations.team import change_roles
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.organizations.loading import load_organization
from webapp.views.forms.form import Form, FormKind
from webapp.views.guards import staff, the_actor
from webapp.views.responses import see_other
from webapp.views.words.team_words import MAY

#: A role, what it may do, and where it may count: value and words.
RoleChoice = tuple[Role, str, list[tuple[str, str]]]
_ROLES = FormKind(
    (),
    lists=("grant", "seen"),
    sentences={"role_missing": N_("Choose at least one role, or remove them from the team")},
    otherwise="grant",
)


@blueprint.get("/organization/<id:organization_id>/team")
@staff(Permission.MANAGE_TEAM)
def team(organization_id: int):
    """Everybody with their roles, what each role may do, and what changed lately."""
    return render_template(
        "admin/organizations/team.html",
        organization=load_organization(organization_id),
        members=members_of(organization_id),
        changes=team_changes(organization_id),
        invitations=[(one, roles_named(read_grants(one.grants))) for one in open_invitations(organization_id)],
        may=MAY,
    )


@blueprint.get("/organization/<id:organization_id>/team/<id:user_id>")
@staff(Permission.MANAGE_TEAM)
def team_member(organization_id: int, user_id: int):
    """The roles of one member, to be changed."""
    organization, member = load_organization(organization_id), load_member(organization_id, user_id)
    fields = _ROLES.filled()
    fields.lists["grant"] = grants_in_text(member.grants).split()
    return _page(organization, member, fields)


@blueprint.post("/organization/<id:organization_id>/team/<id:user_id>")
@staff(Permission.MANAGE_TEAM)
def save_team_member(organization_id: int, user_id: int):
    """Give exactly the roles that were ticked."""
    organization, member = load_organization(organization_id), load_member(organization_id, user_id)
    fields = _ROLES.sent()
    changed = fields.check(
        lambda: change_roles(
            organization_id=organization_id,
            user_id=user_id,
            grants=read_grants(" ".join(fields.lists["grant"])),
            seen=read_grants(" ".join(fields.lists["seen"])),
            actor=the_actor(),
            now=request_time.now(),
        )
    )
    if fields.is_refused:
        return _page(organization, member, fields)
    flash(gettext("Saved.") if changed else gettext("Nothing was changed."))
    return see_other(url_for("admin.team", organization_id=organization_id))


def load_member(organization_id: int, user_id: int) -> Member:
    """Somebody on the team, or `not_found`."""
    member = member_of(organization_id, user_id)
    if member is None:
        raise Refused("not_found")
    return member


def _page(organization: OrganizationSettings, member: Member, fields: Form) -> Response:
    body = render_template(
        "admin/organizations/team_member.html",
        organization=organization,
        member=member,
        fields=fields,
        seen=grants_in_text(member.grants).split(),
        choices=role_choices(organization.id, {one.facility_id for one in member.grants}),
    )
    return Response(body, fields.status)


def role_choices(
    organization_id: int, held: Collection[int | None] = ()
) -> list[tuple[Role, str, list[tuple[str, str]]]]:
    """Roles that the actor may give, what each may do, and where it may count; an archived facility if it is `held`."""
    facilities = [one for one in facilities_by_name(organization_id) if one.archived_at is None or one.id in held]
    return [(role, MAY[role], _places(role, facilities)) for role in _given_by_actor(organization_id)]


def _given_by_actor(organization_id: int) -> list[Role]:
    """Roles that the actor may give and take away."""
    owns = the_actor().can(Permission.MANAGE_OWNERS, organization_id)
    return [one for one in Role if owns or one is not Role.OWNER]


def _places(role: Role, facilities: list[FacilityFacts]) -> list[tuple[str, str]]:
    """Where a role may count: everywhere, or at a facility; an owner owns all of it."""
    everywhere: list[tuple[str, Any]] = [(role.value, gettext("Everywhere"))]
    if role is Role.OWNER or len(facilities) < 2:
        return everywhere
    return everywhere + [(f"{role.value}:{one.id}", one.name) for one in facilities]
