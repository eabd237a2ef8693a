"""Somebody who was looked after takes their own record over, by the link they were given."""

from typing import Any

from flask import flash, make_response, render_template, url_for

from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.people.records.care import claim_by_token
from webapp.services.care.people import claim_record
from webapp.views import request_time
from webapp.views.guards import signed_in, the_actor
from webapp.views.participant.blueprint import blueprint
from webapp.views.responses import see_other


@blueprint.get("/claim/<string(maxlength=80):token>")
@signed_in
def claim(token: str) -> Any:
    """Whose record it is, and what taking it over does: by the account that is signed in, or made first."""
    found = claim_by_token(token, request_time.now())
    if found is None:
        raise Refused("claim_over")
    return make_response(render_template("participant/people/care/claim.html", claim=found, token=token))


@blueprint.post("/claim/<string(maxlength=80):token>")
@signed_in
def take_record_over(token: str) -> Any:
    claim_record(token=token, actor=the_actor(), now=request_time.now())
    flash(gettext("Your places and your history are in your own account now."))
    return see_other(url_for("participant.my_events"))
