"""A person's own settings: name, timezone, colours, password."""

from flask import Response, current_app, flash, make_response, render_template, request, url_for

from webapp import clock
from webapp.domain.event_days import known_timezones
from webapp.domain.refusal import Refused
from webapp.domain.text import fold
from webapp.services.people.account import change_password, change_settings, require_name, require_zone
from webapp.views.current_actor import sign_in_cookie
from webapp.views.form_input import one_field
from webapp.views.form_problems import in_words, problems_of
from webapp.views.guards import signed_in, the_actor
from webapp.views.participant.blueprint import blueprint
from webapp.views.rate_limits import limit_password_tries
from webapp.views.responses import see_other
from webapp.views.wording import refusal_sentence

THEMES = ("system", "light", "dark")
_YEAR = 365 * 24 * 3600
_MOST_SUGGESTIONS = 6


@blueprint.get("/me/settings")
@signed_in
def settings() -> Response:
    actor = the_actor()
    return _page({"name": actor.name, "timezone": actor.timezone or "", "theme": _theme()})


@blueprint.post("/me/settings")
@signed_in
def save_settings() -> Response:
    values = {name: one_field(name) for name in ("name", "timezone", "theme")}
    zone = values["timezone"].strip() or None
    problems = problems_of(name=lambda: require_name(values["name"]), timezone=lambda: require_zone(zone))
    if values["theme"] not in THEMES:
        problems["theme"] = refusal_sentence("unknown_choice")
    if problems:
        return _page(values, problems=problems)
    change_settings(user_id=the_actor().user_id or 0, name=values["name"], timezone=zone)
    flash("Saved.")
    response = see_other(url_for("participant.settings"))
    _keep_theme(response, values["theme"])
    return response


@blueprint.post("/me/settings/password")
@limit_password_tries
@signed_in
def save_password() -> Response:
    actor = the_actor()
    values = {"name": actor.name, "timezone": actor.timezone or "", "theme": _theme()}
    try:
        change_password(
            user_id=actor.user_id or 0, current=one_field("current"), new=one_field("password"),
            keep_token=request.cookies.get(sign_in_cookie()), now=clock.now(),
        )  # fmt: skip
    except Refused as refused:
        field = "current" if refused.code == "current_password_wrong" else "password"
        return _page(values, problems={field: in_words(refused)})
    flash("Your password is changed. Everywhere else you are signed out.")
    return see_other(url_for("participant.settings"))


def _page(values: dict[str, str], *, problems: dict[str, str] | None = None) -> Response:
    suggestions = _zones_like(values["timezone"]) if problems and "timezone" in problems else []
    body = render_template("participant/settings.html", values=values, errors=problems or {}, suggestions=suggestions)
    return make_response(body, 422 if problems else 200)


def _zones_like(text: str) -> list[str]:
    """Zones that somebody who typed a city or wrote it a little differently may have meant."""
    words = fold(text.replace("/", " ").replace("_", " ")).split()
    if not words:
        return []
    alike = [zone for zone in sorted(known_timezones()) if "/" in zone and _begins_words(zone, words)]
    return alike[:_MOST_SUGGESTIONS]


def _begins_words(zone: str, words: list[str]) -> bool:
    parts = fold(zone.replace("/", " ").replace("_", " ")).split()
    return all(any(part.startswith(word) for part in parts) for word in words)


def _theme() -> str:
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in THEMES else "system"


def _keep_theme(response: Response, theme: str) -> None:
    """The server writes the theme into every page, so nothing flashes and no script is needed."""
    if theme == "system":
        response.delete_cookie("theme", path="/")
        return
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie("theme", theme, max_age=_YEAR, secure=secure, httponly=True, samesite="Lax", path="/")
