"""In which language a page is written: the one that its reader chose, else the first that their browser asks for."""

from flask import Flask, current_app, request

from webapp.languages.language import ENGLISH, available, best_of, language, speak
from webapp.views.current_actor import current_sign_in


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
    offered = offered_languages()
    if len(offered) == 1 or request.endpoint == "static":
        speak(ENGLISH)
        return
    found = current_sign_in()
    wanted = [found.language] if found is not None and found.language else request.accept_languages.values()
    speak(language(best_of(wanted, offered)))
