"""A person's own settings: name, timezone, colours, password."""

from flask import Response, current_app, flash, make_response, render_template, request, url_for

from webapp.domain.event_days import known_timezones
from webapp.domain.text import fold
from webapp.languages.words import N_, gettext
from webapp.queries.people.account import holder_of
from webapp.services.accounts.account import change_settings, require_name, require_zone
from webapp.services.accounts.password import change_password
from webapp.views import request_time
from webapp.views.current_actor import current_sign_in, is_fresh_sign_in, sign_in_cookie
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import one_of
from webapp.views.guards import signed_in, the_actor
from webapp.views.http.rate_limits import limit_password_tries
from webapp.views.participant.blueprint import blueprint
from webapp.views.reader_language import language_options, offered_languages
from webapp.views.responses import see_other

THEMES = ("system", "light", "dark")
_YEAR = 365 * 24 * 3600
_MOST_SUGGESTIONS = 6
_SETTINGS = FormKind(
    ("name", "timezone", "language", "theme"),
    sentences={
        ("name", "text_missing"): N_("Enter your name"),
        "unknown_timezone": N_("Enter a time zone by its city, such as Europe/Berlin"),
    },
)
_PASSWORD = FormKind(
    ("current", "password"),
    sentences={"text_missing": N_("Choose a password")},
    field_of={"current_password_wrong": "current"},
    otherwise="password",
)


@blueprint.get("/me/settings")
@signed_in
def settings() -> Response:
    return _page(_as_stored())


@blueprint.post("/me/settings")
@signed_in
def save_settings() -> Response:
    form = _SETTINGS.sent()
    zone = form.values["timezone"].strip() or None
    form.read("name", require_name)
    form.read("timezone", lambda _text: require_zone(zone))
    language = form.read("language", one_of(("", *offered_languages())))
    form.read("theme", one_of(THEMES))
    if form.is_refused:
        return _page(form)
    change_settings(
        user_id=the_actor().user_id or 0, name=form.values["name"], timezone=zone, language=language or None
    )
    flash(gettext("Saved."))
    response = see_other(url_for("participant.settings"))
    _keep_theme(response, form.values["theme"])
    return response


@blueprint.post("/me/settings/password")
@limit_password_tries
@signed_in
def save_password() -> Response:
    form = _PASSWORD.sent()
    form.check(
        lambda: change_password(
            user_id=the_actor().user_id or 0,
            current=form.values["current"],
            new=form.values["password"],
            keep_token=request.cookies.get(sign_in_cookie()),
            is_fresh=is_fresh_sign_in(),
            now=request_time.now(),
        )
    )
    if form.is_refused:
        return _page(_as_stored(), password=form)
    flash(gettext("Your password is saved. You’ve been signed out on other devices."))
    return see_other(url_for("participant.settings"))


def _as_stored() -> Form:
    actor, found = the_actor(), current_sign_in()
    language = found.language if found else None
    return _SETTINGS.filled({"name": actor.name, "timezone": actor.timezone, "language": language, "theme": _theme()})


def _page(form: Form, *, password: Form | None = None) -> Response:
    suggestions = _zones_like(form.values["timezone"]) if "timezone" in form.errors else []
    body = render_template(
        "participant/people/settings.html",
        values=form.values,
        errors=(password or form).errors,
        has_password=holder_of(the_actor().user_id or 0).password_hash is not None,
        suggestions=suggestions,
        languages=language_options(gettext("Same as my browser")),
    )
    return make_response(body, (password or form).status)


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
