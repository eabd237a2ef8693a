"""Whether somebody looks after a person whom an organization asks about: answered by a press, from a mailed link."""

from typing import Any

from flask import g, make_response, render_template

from webapp.domain.refusal import Refused
from webapp.queries.people.records.care import AskedAbout, care_request_of_link
from webapp.services.care.attaching import answer_care_request
from webapp.views import request_time
from webapp.views.current_actor import may_open_link_of
from webapp.views.errors import status_of
from webapp.views.guards import signed_link
from webapp.views.participant.blueprint import blueprint
from webapp.views.words.refusals import refusal_sentence

_LINK = "<string(maxlength=400):token>"


@blueprint.get(f"/care/{_LINK}")
@signed_link
def care_request(token: str) -> Any:
    """Opening the link changes nothing: mail scanners follow links, too."""
    return _page(_load(token), token)


@blueprint.post(f"/care/{_LINK}/<any(yes, no):answer>")
@signed_link
def answer_care(token: str, answer: str) -> Any:
    """Look after them, or not; the same again says the same."""
    found = _load(token)
    try:
        answer_care_request(request_id=found.id, accepts=answer == "yes", now=request_time.now())
    except Refused as refused:
        return _page(_load(token), token, refused)
    return _page(_load(token), token)


def _load(token: str) -> AskedAbout:
    found = care_request_of_link(token, request_time.now())
    if not may_open_link_of(found.carer_id):
        raise Refused("link_of_somebody_else")
    return found


def _page(found: AskedAbout, token: str, refused: Refused | None = None) -> Any:
    if refused is not None:
        g.refusal = refused.code
    body = render_template(
        "participant/people/care/asked.html",
        asked=found,
        token=token,
        error=refusal_sentence(refused.code, **refused.facts) if refused else None,
    )
    return make_response(body, status_of(refused) if refused else 200)
