"""Accounts of the installation, and who operates it."""

from flask import Response, flash, make_response, render_template, request, url_for
from sqlalchemy import Row

from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.installation.accounts import account_by_id, accounts_page
from webapp.queries.installation.organizations import operator_trail
from webapp.services.installation.operators import end_operator, make_operator
from webapp.views import request_time
from webapp.views.forms.form import FormKind
from webapp.views.guards import operator_only, the_actor
from webapp.views.operator.blueprint import blueprint
from webapp.views.paging import page_number
from webapp.views.responses import done, small_form

_OFFICE = FormKind(())
_ACTS = {"make": make_operator, "end": end_operator}


@blueprint.get("/operator/people")
@operator_only
def people() -> Response:
    """Who operates the installation; with a search, everybody whose name or address fits."""
    query = request.args.get("q", "").strip()
    found = accounts_page(query, page_number())

    def there(number: int) -> str:
        return url_for("operator.people", q=query or None, page=number)

    return make_response(
        render_template(
            "operator/people.html",
            found=found,
            query=query,
            lines=[] if query else operator_trail(),
            previous_href=there(found.number - 1) if found.number > 1 else None,
            next_href=there(found.number + 1) if found.has_next else None,
        )
    )


@blueprint.get("/operator/people/<id:user_id>/<any(make, end):what>")
@operator_only
def ask_about_office(user_id: int, what: str) -> Response:
    """Say what it means."""
    return small_form("operator/office", _OFFICE.filled(), person=_load(user_id), what=what)


@blueprint.post("/operator/people/<id:user_id>/<any(make, end):what>")
@operator_only
def change_office(user_id: int, what: str) -> Response:
    """Make somebody an operator, or end it."""
    person, form = _load(user_id), _OFFICE.sent()
    changed = form.check(lambda: _ACTS[what](user_id=user_id, actor=the_actor(), now=request_time.now()))
    if form.is_refused:
        return small_form("operator/office", form, person=person, what=what)
    if not changed:
        flash(gettext("Nothing was changed."))
    elif what == "make":
        flash(gettext("{name} is an operator now.", name=person.name))
    else:
        flash(gettext("{name} is no longer an operator.", name=person.name))
    is_gone = what == "end" and user_id == the_actor().user_id
    return done(url_for("participant.events") if is_gone else url_for("operator.people"))


def _load(user_id: int) -> Row:
    person = account_by_id(user_id)
    if person is None:
        raise Refused("not_found")
    return person
