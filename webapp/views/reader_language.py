"""In which language a page is written.

The one that its reader chose, else the first that their browser asks for, else the organization's.
"""

from collections.abc import Sequence

from flask import Flask, current_app, request

from webapp.languages.language import ENGLISH, available, best_of, language, speak
from webapp.queries.organizations.organization import language_of
from webapp.views.current_actor import current_sign_in

#: Read by machines, also while there is no database.
_SAY_NOTHING = {"static", "health.alive", "health.ready", "hooks.livekit"}


def register(app: Flask) -> None:
    """Choose before anything of a request says a word, also for what is refused."""
    app.extensions["languages"] = available(with_pseudo=app.extensions["settings"].is_demo)
    # Behind the request log, before the hooks of extensions, which were bound to the app earlier and refuse a lot.
    app.before_request_funcs.setdefault(None, []).insert(1, _choose)


def offered_languages() -> list[str]:
    """The tags that can be chosen here."""
    return current_app.extensions["languages"]


def language_options(unchosen: str | None = None) -> list[tuple[str, str]]:
    """For a field of a form: tag and name, `unchosen` first. Empty where there is only one language."""
    offered = [(tag, language(tag).name) for tag in offered_languages()]
    if len(offered) == 1:
        return []
    return [("", unchosen), *offered] if unchosen else offered


def _choose() -> None:
    # The thread still speaks the language of whoever it answered before.
    speak(ENGLISH)
    offered = offered_languages()
    if len(offered) > 1 and request.endpoint not in _SAY_NOTHING:
        speak(language(_wanted_by_reader(offered) or _of_organization()))


def _wanted_by_reader(offered: Sequence[str]) -> str | None:
    found = current_sign_in()
    chosen = best_of([found.language], offered) if found is not None and found.language else None
    return chosen or best_of(request.accept_languages.values(), offered)


def _of_organization() -> str | None:
    if request.endpoint is None:
        return None
    found = current_sign_in()
    return language_of(found.actor.grants if found is not None else ())
