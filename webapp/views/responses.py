"""How a page, its fragment and the way back are answered: the same for every view."""

from urllib.parse import urlsplit

from flask import Response, make_response, redirect, render_template, request


def wants_fragment() -> bool:
    """Whether htmx asks for a part of the page; a restored history entry wants all of it."""
    return bool(request.htmx) and not request.htmx.history_restore_request  # type: ignore[attr-defined]


def render(page: str, fragment: str, /, *, status: int = 200, **values: object) -> Response:
    """The page, or for htmx the fragment that the page includes; same values, same status."""
    template = fragment if wants_fragment() else page
    return make_response(render_template(template, **values), status)


def see_other(location: str) -> Response:
    """After a change without JavaScript: look at this page (303)."""
    return redirect(location, 303)  # type: ignore[return-value]


def done(location: str) -> Response:
    """After a small form: the page to look at, without JavaScript and from a dialog alike."""
    response = see_other(location)
    if request.htmx:  # type: ignore[attr-defined]
        response.status_code, response.headers["HX-Redirect"] = 200, location
    return response


def safe_next(target: str | None, default: str) -> str:
    """A local path to go on to, or the default: nothing that could leave this site.

    Browsers read backslashes as slashes and drop tabs and line breaks, so any of those
    makes the target unusable, not cleaned.
    """
    if not target or any(ord(c) <= 32 or c in "\\\x7f" for c in target):
        return default
    if not target.startswith("/") or target.startswith("//"):
        return default
    try:
        parts = urlsplit(target)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc else target
