"""The links of events that this browser was opened with: a cookie, since people come back without the link."""

from datetime import timedelta

from flask import Response, current_app, request

from webapp.views.current_actor import set_secret_cookie

#: The newest so many are remembered, for so long.
_MOST, _LASTS = 20, timedelta(days=180)
_BETWEEN = "."


def current_links() -> tuple[str, ...]:
    """The tokens of links that were opened here, the newest first."""
    return tuple(filter(None, request.cookies.get(_cookie(), "").split(_BETWEEN)))[:_MOST]


def remember_link(response: Response, token: str) -> None:
    """Remember it in this browser."""
    others = [one for one in current_links() if one != token]
    set_secret_cookie(response, _cookie(), _BETWEEN.join([token, *others][:_MOST]), lasts=_LASTS)


def _cookie() -> str:
    return "__Host-links" if current_app.config["SESSION_COOKIE_SECURE"] else "turnout_links"
