"""Forms that carry a large file: only the routes that say so take more than an ordinary form."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., Any])
#: What the fields beside the file may come to.
_FIELDS = 64 * 1024


def takes_files(most_bytes: int) -> Callable[[View], View]:
    """Let a form to this view be so long, and a little more. Stands below the guard."""

    def mark(view: View) -> View:
        view.most_bytes = most_bytes + _FIELDS  # type: ignore[attr-defined]  # a mark on the function itself
        return view

    return mark


def register(app: Flask) -> None:
    """Before anything reads a form, and with it all of its files."""

    @app.url_value_preprocessor
    def _allow(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
        most = getattr(current_app.view_functions.get(endpoint or ""), "most_bytes", None)
        if most is not None:
            request.max_content_length = most
