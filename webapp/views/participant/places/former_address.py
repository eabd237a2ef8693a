"""An event whose name in addresses changed is still found by the one before."""

from flask import Response, make_response, redirect, request, url_for

from webapp.domain.refusal import Refused
from webapp.queries.events.event import slug_after_renaming
from webapp.views.errors import answer_refusal
from webapp.views.participant.blueprint import blueprint


@blueprint.errorhandler(Refused)
def send_on(refused: Refused) -> Response:
    """To the same page at the event's address of today; any other refusal is answered as everywhere."""
    rule, named = request.url_rule, request.view_args or {}
    is_of_event = rule is not None and rule.rule.startswith("/events/<slug:slug>")
    if refused.code == "not_found" and is_of_event and request.method == "GET":
        slug = slug_after_renaming(named["slug"])
        if slug is not None:
            return make_response(redirect(url_for(str(request.endpoint), **{**named, "slug": slug}), 301))
    return answer_refusal(refused)
