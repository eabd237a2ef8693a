"""An organization's own page: its name and address, how its people are asked, its logo. For its admins."""

from flask import Response, flash, make_response, render_template, url_for

from webapp.domain.people.provider import SecondStep
from webapp.domain.permission import Permission
from webapp.languages.words import N_, gettext
from webapp.queries.organizations.organization import (
    OrganizationSettings,
    organizations_by_name,
    trusted_providers,
)
from webapp.services.accounts.account import require_email
from webapp.services.organizations.organization_settings import (
    AskingRules,
    change_organization,
    remove_logo,
    replace_logo,
    require_organization_name,
)
from webapp.views import request_time
from webapp.views.account.provider import providers
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.organizations.loading import load_organization
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import DESCRIPTION_LIMIT, DESCRIPTION_SENTENCES, one_of, prose, switch
from webapp.views.forms.sent import asks_preview, sent_file
from webapp.views.guards import staff, the_actor
from webapp.views.reader_language import language_options, offered_languages
from webapp.views.responses import see_other

_ORGANIZATION = FormKind(
    (
        *("name", "contact_email", "description", "language", "asks_twice", "asks_only_unknown", "demands_second_step"),
        "organizers_decide_appeals",
    ),
    lists=("trusts",),
    sentences={
        ("name", "text_missing"): N_("Enter the name of the organization"),
        **DESCRIPTION_SENTENCES,
        "file_missing": N_("Choose a PNG file"),
    },
    field_of={"unknown_choice": "trusts"},
    otherwise="logo",
)


@blueprint.get("/organization")
@staff(Permission.MANAGE_ORGANIZATION)
def organization():
    """The one organization of the admin, or the choice between several."""
    ids = the_actor().organizations_with(Permission.MANAGE_ORGANIZATION)
    if len(ids) == 1:
        return _page(load_organization(ids[0]))
    return render_template("admin/organizations/organizations.html", organizations=organizations_by_name(ids))


@blueprint.get("/organization/<id:organization_id>")
@staff(Permission.MANAGE_ORGANIZATION)
def organization_of(organization_id: int):
    """One of several organizations."""
    return _page(load_organization(organization_id))


@blueprint.post("/organization/<id:organization_id>")
@staff(Permission.MANAGE_ORGANIZATION)
def save_organization(organization_id: int):
    """Keep name, address and the two switches."""
    stored = load_organization(organization_id)
    form = _ORGANIZATION.sent()
    if asks_preview():
        return _page(stored, form)
    form.read("name", require_organization_name)
    form.read("contact_email", lambda text: require_email(text.strip() or "-"))
    form.read("description", prose(DESCRIPTION_LIMIT))
    language = form.read("language", lambda text: one_of(offered_languages())(text or stored.language))
    asking = AskingRules(twice=form.read("asks_twice", switch), only_unknown=form.read("asks_only_unknown", switch))
    demands_second_step = form.read("demands_second_step", switch)
    organizers_decide_appeals = form.read("organizers_decide_appeals", switch)
    issuers = _issuers()
    trusted = form.check(lambda: [issuers[one_of(issuers)(name)] for name in form.lists["trusts"]])
    if form.is_refused:
        return _page(stored, form)
    change_organization(
        organization_id=organization_id,
        name=form.values["name"],
        contact_email=form.values["contact_email"],
        description=form.values["description"],
        asking=asking,
        language=language or stored.language,
        demands_second_step=demands_second_step,
        organizers_decide_appeals=organizers_decide_appeals,
        trusted_providers=trusted,
    )
    flash(gettext("Saved."))
    return _back(organization_id)


@blueprint.post("/organization/<id:organization_id>/logo")
@staff(Permission.MANAGE_ORGANIZATION)
def upload_logo(organization_id: int):
    """Take a picture in the place of the one before."""
    stored = load_organization(organization_id)
    form = _filled(stored)
    form.check(lambda: replace_logo(organization_id=organization_id, data=sent_file("logo"), now=request_time.now()))
    if form.is_refused:
        return _page(stored, form)
    flash(gettext("Your logo has been updated. It appears wherever your organization’s name does."))
    return _back(organization_id)


@blueprint.post("/organization/<id:organization_id>/logo/remove")
@staff(Permission.MANAGE_ORGANIZATION)
def take_logo_away(organization_id: int):
    """Show the initials again."""
    load_organization(organization_id)
    remove_logo(organization_id=organization_id)
    flash(gettext("The logo has been removed. People see your initials instead."))
    return _back(organization_id)


def _back(organization_id: int) -> Response:
    is_one_of_several = len(the_actor().organizations_with(Permission.MANAGE_ORGANIZATION)) > 1
    if is_one_of_several:
        return see_other(url_for("admin.organization_of", organization_id=organization_id))
    return see_other(url_for("admin.organization"))


def _filled(stored: OrganizationSettings) -> Form:
    form = _ORGANIZATION.filled({name: getattr(stored, name) for name in _ORGANIZATION.names})
    trusted = trusted_providers(stored.id)
    form.lists["trusts"] = [name for name, issuer in _issuers().items() if issuer in trusted]
    return form


def _issuers() -> dict[str, str]:
    """Providers of which an organization may choose, by name: of one that counts everywhere there is no choice."""
    return {one.name: one.issuer for one in providers() if one.second_step != SecondStep.ALWAYS}


def _page(stored: OrganizationSettings, form: Form | None = None) -> Response:
    form = form or _filled(stored)
    several = len(the_actor().organizations_with(Permission.MANAGE_ORGANIZATION)) > 1
    body = render_template(
        "admin/organizations/organization.html",
        organization=stored,
        form=form.values,
        trusts=form.lists["trusts"],
        may_trust=_issuers(),
        errors=form.errors,
        several=several,
        languages=language_options(),
    )
    return make_response(body, form.status)
