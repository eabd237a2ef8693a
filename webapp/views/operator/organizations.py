"""The organizations of the installation: found, opened, renamed, suspended, given to another owner."""

from flask import Response, flash, make_response, render_template, request, url_for
from sqlalchemy import Row

from webapp.domain.event_days import require_timezone
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.installation.organizations import (
    operator_trail,
    organization_of_operator,
    organizations_page,
    owners_of,
)
from webapp.queries.installation.requests import open_requests
from webapp.services.accounts.account import require_email
from webapp.services.installation.organizations import (
    OrganizationDraft,
    name_owner,
    open_organization,
    rename_organization,
    resume_organization,
    suspend_organization,
)
from webapp.services.organizations.organization_settings import require_organization_name
from webapp.views import request_time
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import line
from webapp.views.guards import operator_only, the_actor
from webapp.views.operator.blueprint import blueprint
from webapp.views.paging import page_number
from webapp.views.responses import done, see_other, small_form

_NAME_LIMIT, _REASON_LIMIT = 120, 400
_EXISTS = N_("There’s an organization with this name already. Choose another one")
_NEW = FormKind(
    ("name", "owner", "facility", "timezone"),
    sentences={
        ("name", "text_missing"): N_("Enter the name of the organization"),
        ("owner", "text_missing"): N_("Enter the owner’s email address"),
        ("facility", "text_missing"): N_("Enter the name of the facility"),
        "organization_exists": _EXISTS,
    },
    field_of={"organization_exists": "name"},
)
_NAME = FormKind(
    ("name",),
    sentences={("name", "text_missing"): N_("Enter the name of the organization"), "organization_exists": _EXISTS},
    otherwise="name",
)
_OWNER = FormKind(
    ("owner",), sentences={("owner", "text_missing"): N_("Enter the owner’s email address")}, otherwise="owner"
)
_REASON = FormKind(("reason",), sentences={("reason", "text_missing"): N_("Say why")})
_ACTS = {"suspend": suspend_organization, "resume": resume_organization}


@blueprint.get("/operator")
@operator_only
def organizations() -> Response:
    """All of them by name, a page at a time."""
    query = request.args.get("q", "").strip()
    found = organizations_page(query, page_number(), now=request_time.now())

    def there(number: int) -> str:
        return url_for("operator.organizations", q=query or None, page=number)

    return make_response(
        render_template(
            "operator/organizations.html",
            found=found,
            query=query,
            requests=open_requests(),
            previous_href=there(found.number - 1) if found.number > 1 else None,
            next_href=there(found.number + 1) if found.has_next else None,
        )
    )


@blueprint.get("/operator/organizations/new")
@operator_only
def new_organization() -> Response:
    """An empty form."""
    return _new_page(_NEW.filled())


@blueprint.post("/operator/organizations/new")
@operator_only
def create_organization() -> Response:
    """Open it, and invite its owner."""
    fields = _NEW.sent()
    draft = OrganizationDraft(
        name=fields.read("name", require_organization_name),
        owner=fields.read("owner", require_email),
        facility=fields.read("facility", line(_NAME_LIMIT)),
        timezone=fields.read("timezone", lambda text: require_timezone(text.strip()).key),
    )
    made = fields.check(lambda: open_organization(draft=draft, actor=the_actor(), now=request_time.now()))
    if fields.is_refused:
        return _new_page(fields)
    flash(gettext("{name} is open. We emailed an invitation to {address}.", name=draft.name, address=draft.owner))
    return see_other(url_for("operator.organization", organization_id=made))


@blueprint.get("/operator/organizations/<id:organization_id>")
@operator_only
def organization(organization_id: int) -> Response:
    """One of them: numbers, owners, its name, and what operators did with it."""
    return _page(_load(organization_id))


@blueprint.post("/operator/organizations/<id:organization_id>/name")
@operator_only
def rename(organization_id: int) -> Response:
    """Another name; its addresses stay."""
    row, fields = _load(organization_id), _NAME.sent()
    name = fields.read("name", require_organization_name)
    changed = fields.check(
        lambda: rename_organization(
            organization_id=organization_id, name=name, actor=the_actor(), now=request_time.now()
        )
    )
    if fields.is_refused:
        return _page(row, naming=fields)
    flash(gettext("Saved.") if changed else gettext("Nothing was changed."))
    return see_other(url_for("operator.organization", organization_id=organization_id))


@blueprint.post("/operator/organizations/<id:organization_id>/owner")
@operator_only
def invite_another_owner(organization_id: int) -> Response:
    """Mail somebody the invitation to own it."""
    row, fields = _load(organization_id), _OWNER.sent()
    address = fields.read("owner", require_email)
    fields.check(
        lambda: name_owner(organization_id=organization_id, address=address, actor=the_actor(), now=request_time.now())
    )
    if fields.is_refused:
        return _page(row, owning=fields)
    flash(gettext("We emailed an invitation to {address}.", address=address))
    return see_other(url_for("operator.organization", organization_id=organization_id))


@blueprint.get("/operator/organizations/<id:organization_id>/<any(suspend, resume):what>")
@operator_only
def ask_to_suspend(organization_id: int, what: str) -> Response:
    """Say what follows, and ask why."""
    return _decision(_load(organization_id), what, _REASON.filled())


@blueprint.post("/operator/organizations/<id:organization_id>/<any(suspend, resume):what>")
@operator_only
def suspend(organization_id: int, what: str) -> Response:
    """Do it, and tell its owners."""
    row, form = _load(organization_id), _REASON.sent()
    reason = form.read("reason", line(_REASON_LIMIT))
    form.check(
        lambda: _ACTS[what](organization_id=organization_id, reason=reason, actor=the_actor(), now=request_time.now())
    )
    if form.is_refused:
        return _decision(row, what, form)
    flash(
        gettext("{name} is suspended.", name=row.name)
        if what == "suspend"
        else gettext("{name} is open again.", name=row.name)
    )
    return done(url_for("operator.organization", organization_id=organization_id))


def _load(organization_id: int) -> Row:
    row = organization_of_operator(organization_id, now=request_time.now())
    if row is None:
        raise Refused("not_found")
    return row


def _new_page(fields: Form) -> Response:
    return make_response(render_template("operator/organization_form.html", fields=fields), fields.status)


def _page(row: Row, *, naming: Form | None = None, owning: Form | None = None) -> Response:
    naming, owning = naming or _NAME.filled({"name": row.name}), owning or _OWNER.filled()
    body = render_template(
        "operator/organization.html",
        organization=row,
        owners=owners_of(row.id),
        lines=operator_trail(organization_id=row.id),
        naming=naming,
        owning=owning,
        errors={**naming.errors, **owning.errors},
    )
    return make_response(body, max(naming.status, owning.status))


def _decision(row: Row, what: str, form: Form) -> Response:
    return small_form("operator/suspension", form, organization=row, what=what, owners=owners_of(row.id))
