"""The name of this desk: a helper's link says it, staff choose it and the browser remembers."""

from urllib.parse import quote, unquote

from flask import Response, current_app, request

from webapp.domain.permission import Actor
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line
from webapp.languages.words import N_

LONGEST = 60
UNNAMED = N_("Desk")
_COOKIE = "turnout_desk"
_KEPT_SECONDS = 365 * 24 * 3600


def desk_name(actor: Actor) -> str:
    """How entries of this desk are labelled."""
    return actor.desk_name or remembered_desk() or UNNAMED


def remembered_desk() -> str | None:
    """The name this browser was given, if it still is a usable one."""
    try:
        return clean_line(unquote(request.cookies.get(_COOKIE, "")), limit=LONGEST, field="desk")
    except Refused:
        return None


def remember_desk(response: Response, name: str) -> None:
    """Keep the name in this browser. It is a label, not a secret."""
    response.set_cookie(
        _COOKIE,
        quote(name),
        max_age=_KEPT_SECONDS,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/desk",
    )
