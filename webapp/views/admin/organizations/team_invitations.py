"""Inviting people to the team: one form for one or many addresses, sent again, withdrawn."""

import re

from flask import Response, flash, render_template, url_for

from webapp.domain.people.team import MOST_INVITED, NOTE_LIMIT, read_grants
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.organizations.organization import OrganizationSettings
from webapp.services.accounts.account import require_email
from webapp.services.organizations.team_invitation import invite, send_invitation_again, withdraw_team_invitation
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.organizations.loading import load_organization
from webapp.views.admin.organizations.team import role_choices
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import prose
from webapp.views.guards import staff, the_actor
from webapp.views.responses import see_other
from webapp.views.words.formatting import plural
from webapp.views.words.refusals import refusal_sentence

_INVITED = FormKind(
    ("addresses", "note"),
    lists=("grant",),
    sentences={"role_missing": N_("Choose at least one role")},
    field_of={"too_many_addresses": "addresses", "member_already": "addresses"},
    otherwise="grant",
)
_BETWEEN = re.compile(r"[\s,;]+")


@blueprint.get("/organization/<id:organization_id>/team/invite")
@staff(Permission.MANAGE_TEAM)
def invite_people(organization_id: int):
    """An empty form."""
    return _page(load_organization(organization_id), _INVITED.filled())


@blueprint.post("/organization/<id:organization_id>/team/invite")
@staff(Permission.MANAGE_TEAM)
def send_invitations(organization_id: int):
    """Mail them, once every address can be used."""
    organization, fields = load_organization(organization_id), _INVITED.sent()
    addresses = fields.read("addresses", _addresses)
    note = fields.read("note", prose(NOTE_LIMIT))
    grants = fields.check(lambda: read_grants(" ".join(fields.lists["grant"])))
    number = fields.check(
        lambda: invite(
            organization_id=organization_id,
            addresses=addresses,
            grants=grants,
            note=note or "",
            actor=the_actor(),
            now=request_time.now(),
        )
    )
    if fields.is_refused:
        return _page(organization, fields)
    flash(plural(number, "{n} invitation is on its way.", "{n} invitations are on their way."))
    return see_other(url_for("admin.team", organization_id=organization_id))


@blueprint.post("/organization/<id:organization_id>/team/invitations/<id:invitation_id>/<any(resend, withdraw):what>")
@staff(Permission.MANAGE_TEAM)
def change_invitation(organization_id: int, invitation_id: int, what: str):
    """Send a new link, or take the invitation back."""
    load_organization(organization_id)
    act = send_invitation_again if what == "resend" else withdraw_team_invitation
    try:
        act(invitation_id=invitation_id, actor=the_actor(), now=request_time.now())
    except Refused as refused:
        if refused.code == "not_found":
            raise
        flash(refusal_sentence(refused.code, **refused.facts), "error")
    else:
        flash(gettext("A new link is on its way.") if what == "resend" else gettext("The invitation was withdrawn."))
    return see_other(url_for("admin.team", organization_id=organization_id))


def _addresses(text: str) -> list[str]:
    """One per line, or separated by commas; the first that is none is named."""
    found = [one for one in _BETWEEN.split(text) if one]
    if not found:
        raise Refused("address_missing")
    if len(found) > MOST_INVITED:
        raise Refused("too_many_addresses", most=MOST_INVITED)
    return [_address(one) for one in found]


def _address(text: str) -> str:
    try:
        return require_email(text)
    except Refused:
        raise Refused("address_unfinished", address=text[:80]) from None


def _page(organization: OrganizationSettings, fields: Form) -> Response:
    choices = role_choices(organization.id)
    body = render_template("admin/organizations/invite.html", organization=organization, fields=fields, choices=choices)
    return Response(body, fields.status)
