"""Every "no" and every failure as an answer a person can use. A 500 is a bug."""

import logging

from flask import Flask, Response, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, SecurityError

from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.services.availability import is_unavailable
from webapp.views.guards import ask_to_sign_in
from webapp.views.words import (
    class_refusals,
    people_refusals,
    session_refusals,
    sharing_refusals,
    sign_in_refusals,
)
from webapp.views.words.access import refusals as access_refusals
from webapp.views.words.messages import refusals as message_refusals
from webapp.views.words.questions import refusals as question_refusals
from webapp.views.words.refusals import refusal_sentence

log = logging.getLogger(__name__)

#: Refusals that are not "this value is not possible" (422): most say that the state is another one.
_STATUS = {
    "not_found": 404,
    "stale": 409,
    "standby_off": 409,
    "standby_too_early": 409,
    "standby_changed": 409,
    "seat_given_on": 409,
    "illegal_move": 409,
    "already_enrolled": 409,
    "application_rejected": 409,
    "not_open_yet": 409,
    "enrollment_closed": 409,
    "still_in_line": 409,
    "event_not_published": 409,
    "deadline_passed": 409,
    "not_enrolled": 409,
    "event_closed": 409,
    "not_published": 409,
    "not_today": 409,
    "needs_organizer": 409,
    "not_from_desk": 409,
    "already_taken_back": 409,
    "helper_link_ended": 404,
    "already_saved": 409,
    "event_frozen": 409,
    "event_not_draft": 409,
    "event_not_cancellable": 409,
    "event_over": 409,
    "closure_begun": 409,
    "consequences_unseen": 409,
    "event_not_closed": 409,
    "nothing_to_reopen": 409,
    "reopening_over": 409,
    "people_checked_in": 409,
    "nothing_to_withdraw": 409,
    "checked_in_since": 409,
    "event_not_begun": 409,
    "event_still_published": 409,
    "hook_unverified": 401,
    "hook_unreadable": 400,
    "last_owner": 409,
    "contact_of": 409,
    "forbidden": 403,
    "role_above_own": 403,
    "team_invitation_over": 409,
    "invitation_of_another": 403,
    "link_invalid": 404,
    "link_expired": 410,
    "link_of_somebody_else": 403,
    "place_gone": 409,
    "already_said_coming": 409,
    "answers_not_open": 409,
    "answers_closed": 409,
    "event_called_off": 409,
    "prompt_answered": 409,
    "prompt_asked_twice": 409,
    "prompt_already_read": 409,
    "no_time_to_ask_again": 409,
    "event_deleted": 409,
    "feedback_without_answer": 409,
    "feedback_not_there": 409,
    "too_large": 413,
    **session_refusals.STATUS,
    **sign_in_refusals.STATUS,
    **class_refusals.STATUS,
    **people_refusals.STATUS,
    **access_refusals.STATUS,
    **sharing_refusals.STATUS,
    **question_refusals.STATUS,
    **message_refusals.STATUS,
}
_WITH_TEMPLATE = {400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 503}


def register(app: Flask) -> None:
    """Map refusals, HTTP errors, an absent database and bugs to their pages."""
    app.register_error_handler(Refused, answer_refusal)
    app.register_error_handler(CSRFError, lambda _error: _page(400, None))
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_bug)


def status_of(refused: Refused) -> int:
    """The HTTP status of a refusal."""
    return _STATUS.get(refused.code, 422)


def answer_refusal(refused: Refused) -> Response:
    """The page for a refusal that a view did not answer itself."""
    g.refusal = refused.code
    return _page(status_of(refused), refusal_sentence(refused.code, **refused.facts))


def _answer_http(error: HTTPException) -> Response:
    if isinstance(error, SecurityError):
        # A host name that is not ours: there is no address a page could be built with.
        return Response(gettext("This host name is not served here.\n"), 400, mimetype="text/plain")
    code = error.code or 500
    if code == 401:
        return _unauthorized()
    if code not in _WITH_TEMPLATE:
        return make_response(error.get_response())
    response = _page(code, None)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _unauthorized() -> Response:
    if request.headers.get("HX-Request") == "true":
        return ask_to_sign_in()
    return _page(401, None)


def _answer_unavailable(error: Exception) -> Response:
    log.error("database unavailable: %s", error)
    g.without_database = True
    response = _page(503, None)
    response.headers["Retry-After"] = "5"
    return response


def _answer_bug(error: Exception) -> Response:
    if is_unavailable(error):
        return _answer_unavailable(error)
    log.exception("unhandled error")
    g.without_database = True
    return _page(500, None)


def _page(code: int, sentence: str | None) -> Response:
    try:
        body = render_template(f"errors/{code}.html", sentence=sentence, reference=g.get("request_id"))
    except SQLAlchemyError as error:
        if not is_unavailable(error):
            raise
        # The page names who is signed in, and that is what could not be read.
        return _answer_unavailable(error)
    return make_response(body, code)
