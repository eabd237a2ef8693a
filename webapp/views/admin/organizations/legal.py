"""Legal texts: of an organization for its admins, of the installation for its operator."""

from collections.abc import Mapping

from flask import Response, flash, make_response, render_template, url_for

from webapp.domain.legal import LegalKind, require_legal_text
from webapp.domain.permission import Permission
from webapp.languages.words import N_, gettext
from webapp.queries.organizations.legal import PublishedText, legal_texts
from webapp.queries.organizations.organization import OrganizationSettings
from webapp.services.organizations.legal import publish_legal_texts
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.organizations.loading import load_organization
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import switch
from webapp.views.forms.sent import asks_preview
from webapp.views.guards import operator_only, staff
from webapp.views.responses import see_other

_LEGAL = FormKind(
    (*LegalKind, "demands_terms"),
    sentences={
        "text_too_long": N_("Shorten the text to {limit} characters"),
        "text_broken": N_("Remove characters that can’t be displayed from the text"),
    },
    field_of={"terms_missing": LegalKind.TERMS},
)


@blueprint.get("/organization/<id:organization_id>/legal")
@staff(Permission.MANAGE_ORGANIZATION)
def organization_legal(organization_id: int) -> Response:
    """The texts of today."""
    organization = load_organization(organization_id)
    texts = legal_texts(organization_id)
    return _page(_filled(texts, demands_terms=organization.demands_terms), texts, organization)


@blueprint.post("/organization/<id:organization_id>/legal")
@staff(Permission.MANAGE_ORGANIZATION)
def save_organization_legal(organization_id: int) -> Response:
    """Each text that changed is a new version."""
    return _save(load_organization(organization_id))


@blueprint.get("/installation/legal")
@operator_only
def installation_legal() -> Response:
    """The texts of whoever operates this installation."""
    texts = legal_texts(None)
    return _page(_filled(texts), texts)


@blueprint.post("/installation/legal")
@operator_only
def save_installation_legal() -> Response:
    """Each text that changed is a new version."""
    return _save(None)


def _save(organization: OrganizationSettings | None) -> Response:
    form, owner = _LEGAL.sent(), organization.id if organization else None
    if asks_preview():
        return _page(form, legal_texts(owner), organization)
    texts = {kind: form.read(kind, require_legal_text) for kind in LegalKind}
    demands = form.read("demands_terms", switch)
    published = form.check(
        lambda: publish_legal_texts(
            organization_id=owner, texts=texts, demands_terms=bool(demands and organization), now=request_time.now()
        )
    )
    if form.is_refused:
        return _page(form, legal_texts(owner), organization)
    flash(gettext("Saved. The new version is public now.") if published else gettext("Saved."))
    if organization is None:
        return see_other(url_for("admin.installation_legal"))
    return see_other(url_for("admin.organization_legal", organization_id=owner))


def _filled(texts: Mapping[LegalKind, PublishedText], *, demands_terms: bool = False) -> Form:
    return _LEGAL.filled({kind: text.text for kind, text in texts.items()} | {"demands_terms": demands_terms})


def _page(
    form: Form, texts: Mapping[LegalKind, PublishedText], organization: OrganizationSettings | None = None
) -> Response:
    body = render_template(
        "admin/organizations/legal.html",
        organization=organization,
        fields=form,
        form=form.values,
        errors=form.errors,
        texts=texts,
    )
    return make_response(body, form.status)
