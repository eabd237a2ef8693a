"""How a page, its fragment and the way back are answered: the same for every view."""

from urllib.parse import urlsplit

from flask import Response, flash, make_response, redirect, render_template
from htmx_flask import request as htmx_request

from webapp.views.forms.form import Form


def from_htmx() -> bool:
    """Whether htmx asks: for a fragment or the content of a dialog, or to have a form answered in place."""
    return bool(htmx_request.htmx)


def wants_fragment() -> bool:
    """Whether htmx asks for a part of the page; a restored history entry wants all of it."""
    return from_htmx() and not htmx_request.htmx.history_restore_request


def render(page: str, fragment: str, status: int = 200, /, **values: object) -> Response:
    """The page, or for htmx the fragment that the page includes; same values, same status.

    What this function needs is given by position only, so that a template may have a value of any name.
    """
    template = fragment if wants_fragment() else page
    return make_response(render_template(template, **values), status)


def small_form(page: str, form: Form, /, **values: object) -> Response:
    """A form that is one decision: on the page of that name, or in a dialog what is in the page's `_` file."""
    folder, name = page.rsplit("/", 1)
    return render(f"{page}.html", f"{folder}/_{name}.html", form.status, form=form, in_dialog=from_htmx(), **values)


def flash_with_notes(form: Form, words: str) -> None:
    """What was done, and what the form has to say besides."""
    flash(words)
    for note in form.notes:
        flash(note, "wait")


def see_other(location: str) -> Response:
    """After a change without JavaScript: look at this page (303)."""
    return make_response(redirect(location, 303))


def done(location: str) -> Response:
    """After a small form: the page to look at, without JavaScript and from a dialog alike."""
    response = see_other(location)
    if from_htmx():
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
