"""Deciding about who asks to open an organization."""

from flask import Response, flash, url_for
from sqlalchemy import Row

from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.installation.requests import is_decided, open_request
from webapp.services.installation.requests import accept_request, decline_request
from webapp.views import request_time
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import line, line_or_empty
from webapp.views.guards import operator_only, the_actor
from webapp.views.operator.blueprint import blueprint
from webapp.views.responses import done, small_form

_REASON_LIMIT = 400
_REASON = FormKind(
    ("reason",),
    sentences={
        ("reason", "text_missing"): N_("Say why"),
        "organization_exists": N_("There’s an organization with this name already. Decline, and say so."),
    },
)


@blueprint.get("/operator/requests/<id:request_id>/<any(accept, decline):what>")
@operator_only
def ask_to_decide(request_id: int, what: str) -> Response:
    """Who asks for what, and room for a reason."""
    return _page(_load(request_id), what, _REASON.filled())


@blueprint.post("/operator/requests/<id:request_id>/<any(accept, decline):what>")
@operator_only
def decide(request_id: int, what: str) -> Response:
    """Open it or not; the asker is told. What was decided meanwhile stays as it is."""
    found, form = open_request(request_id), _REASON.sent()
    if found is None:
        if not is_decided(request_id):
            raise Refused("not_found")
        flash(gettext("This was decided already."), "error")
        return done(url_for("operator.organizations"))
    reason = form.read("reason", line_or_empty(_REASON_LIMIT) if what == "accept" else line(_REASON_LIMIT))
    act = accept_request if what == "accept" else decline_request
    form.check(lambda: act(request_id=request_id, reason=reason, actor=the_actor(), now=request_time.now()))
    if form.is_refused:
        return _page(found, what, form)
    if what == "accept":
        flash(gettext("{name} is open, and {person} is told.", name=found.name, person=found.person))
    else:
        flash(gettext("Declined, and {person} is told.", person=found.person))
    return done(url_for("operator.organizations"))


def _load(request_id: int) -> Row:
    found = open_request(request_id)
    if found is None:
        raise Refused("not_found")
    return found


def _page(found: Row, what: str, form: Form) -> Response:
    return small_form("operator/request", form, asked=found, what=what)
