"""An organization's own page: its name and address, how its people are asked, its logo. For its admins."""

from dataclasses import dataclass

from flask import Response, flash, make_response, render_template, request, url_for

from webapp import clock
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.queries.events.organization import OrganizationSettings, organization_settings, organizations_by_name
from webapp.services.events.organization_settings import (
    AskingRules,
    change_organization,
    remove_logo,
    replace_logo,
    require_organization_name,
)
from webapp.services.people.account import require_email
from webapp.views.admin.blueprint import blueprint
from webapp.views.errors import status_of
from webapp.views.form_input import one_field
from webapp.views.form_problems import in_words, problems_of
from webapp.views.guards import staff, the_actor
from webapp.views.responses import see_other

_SWITCHES = ("asks_twice", "asks_only_unknown")


@dataclass
class _Form:
    """What stands in the fields, and what is wrong with them."""

    name: str
    contact_email: str
    asks_twice: bool
    asks_only_unknown: bool


@blueprint.get("/organization")
@staff(Permission.MANAGE_ORGANIZATION)
def organization():
    """The one organization of the admin, or the choice between several."""
    ids = the_actor().organizations_with(Permission.MANAGE_ORGANIZATION)
    if len(ids) == 1:
        return _page(_load(ids[0]))
    return render_template("admin/organizations.html", organizations=organizations_by_name(ids))


@blueprint.get("/organization/<id:organization_id>")
@staff(Permission.MANAGE_ORGANIZATION)
def organization_of(organization_id: int):
    """One of several organizations."""
    return _page(_load(organization_id))


@blueprint.post("/organization/<id:organization_id>")
@staff(Permission.MANAGE_ORGANIZATION)
def save_organization(organization_id: int):
    """Keep name, address and the two switches."""
    stored = _load(organization_id)
    form = _Form(one_field("name"), one_field("contact_email"), *(_switch(name) for name in _SWITCHES))
    problems = problems_of(
        name=lambda: require_organization_name(form.name),
        contact_email=lambda: require_email(form.contact_email.strip() or "-"),
    )
    if problems:
        return _page(stored, form=form, problems=problems, status=422)
    change_organization(
        organization_id=organization_id, name=form.name, contact_email=form.contact_email,
        asking=AskingRules(twice=form.asks_twice, only_unknown=form.asks_only_unknown),
    )  # fmt: skip
    flash("Saved.")
    return _back(organization_id)


@blueprint.post("/organization/<id:organization_id>/logo")
@staff(Permission.MANAGE_ORGANIZATION)
def upload_logo(organization_id: int):
    """Take a picture in the place of the one before."""
    stored = _load(organization_id)
    files = request.files.getlist("logo")
    if len(files) > 1:
        raise Refused("field_repeated", field="logo")
    try:
        replace_logo(organization_id=organization_id, data=files[0].read() if files else b"", now=clock.now())
    except Refused as refused:
        return _page(stored, problems={"logo": in_words(refused)}, status=status_of(refused))
    flash("This is your logo now. It shows wherever your organization is named.")
    return _back(organization_id)


@blueprint.post("/organization/<id:organization_id>/logo/remove")
@staff(Permission.MANAGE_ORGANIZATION)
def take_logo_away(organization_id: int):
    """Show the initials again."""
    _load(organization_id)
    remove_logo(organization_id=organization_id)
    flash("The logo is removed. Your initials stand in its place.")
    return _back(organization_id)


def _load(organization_id: int) -> OrganizationSettings:
    """An organization that the actor administers, or `not_found`."""
    stored = organization_settings(organization_id)
    if stored is None or not the_actor().can(Permission.MANAGE_ORGANIZATION, organization_id):
        raise Refused("not_found")
    return stored


def _switch(name: str) -> bool:
    """A checkbox: there or not. Anything else than its own value is refused (`unknown_choice`)."""
    sent = one_field(name)
    if sent not in {"", "1"}:
        raise Refused("unknown_choice")
    return sent == "1"


def _back(organization_id: int) -> Response:
    is_one_of_several = len(the_actor().organizations_with(Permission.MANAGE_ORGANIZATION)) > 1
    if is_one_of_several:
        return see_other(url_for("admin.organization_of", organization_id=organization_id))
    return see_other(url_for("admin.organization"))


def _page(
    stored: OrganizationSettings, *, form: _Form | None = None, problems: dict[str, str] | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    form = form or _Form(stored.name, stored.contact_email, stored.asks_twice, stored.asks_only_unknown)
    several = len(the_actor().organizations_with(Permission.MANAGE_ORGANIZATION)) > 1
    body = render_template(
        "admin/organization.html", organization=stored, form=form, errors=problems or {}, several=several
    )
    return make_response(body, status)
