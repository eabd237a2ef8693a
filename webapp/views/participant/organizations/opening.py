"""Opening an organization, or asking to, where this installation lets people do so."""

from flask import Response, current_app, flash, make_response, render_template, url_for

from webapp.config import Settings
from webapp.domain.event_days import require_timezone
from webapp.domain.installation.opening import Opening
from webapp.domain.people.proof import AddressState
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.installation.requests import open_request_of
from webapp.services.installation.requests import RequestDraft, ask_for_organization
from webapp.services.organizations.organization_settings import require_organization_name
from webapp.views import request_time
from webapp.views.current_actor import address_state
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import line, prose
from webapp.views.guards import signed_in, the_actor
from webapp.views.participant.blueprint import blueprint
from webapp.views.responses import see_other

_NAME_LIMIT, _NOTE_LIMIT = 120, 1000
_ORGANIZATION = FormKind(
    ("name", "facility", "timezone", "note"),
    sentences={
        ("name", "text_missing"): N_("Enter the name of the organization"),
        ("facility", "text_missing"): N_("Enter the name of the facility"),
        "organization_exists": N_("There’s an organization with this name already. Choose another one"),
    },
    field_of={"organization_exists": "name"},
)


@blueprint.get("/me/organization")
@signed_in
def open_organization_form() -> Response:
    """The form; or what waits for a decision, or what is needed first."""
    _require_offered()
    return _page(_ORGANIZATION.filled({"timezone": the_actor().timezone}))


@blueprint.post("/me/organization")
@signed_in
def submit_organization() -> Response:
    """Open it, or let an operator decide."""
    opening, fields = _require_offered(), _ORGANIZATION.sent()
    draft = RequestDraft(
        name=fields.read("name", require_organization_name),
        facility=fields.read("facility", line(_NAME_LIMIT)),
        timezone=fields.read("timezone", lambda text: require_timezone(text.strip()).key),
        note=fields.read("note", prose(_NOTE_LIMIT)),
    )
    made = fields.check(
        lambda: ask_for_organization(draft=draft, opening=opening, actor=the_actor(), now=request_time.now())
    )
    if fields.is_refused:
        return _page(fields)
    if made is None:
        flash(gettext("We’ll email you when it’s decided."))
        return see_other(url_for("participant.open_organization_form"))
    flash(gettext("{name} is open. Create your first event.", name=draft.name))
    return see_other(url_for("admin.start"))


def opening_of_installation() -> Opening:
    """Who may open an organization here."""
    settings: Settings = current_app.extensions["settings"]
    return Opening(settings.organizations)


def _require_offered() -> Opening:
    opening = opening_of_installation()
    if opening is Opening.OPERATOR:
        raise Refused("not_found")
    return opening


def _page(fields: Form) -> Response:
    body = render_template(
        "participant/organizations/opening.html",
        fields=fields,
        asks=opening_of_installation() is Opening.REQUEST,
        waiting=open_request_of(the_actor().user_id or 0),
        is_proved=address_state() is AddressState.PROVED,
    )
    return make_response(body, fields.status)
