"""Addresses in templates: a page has a dozen, most of them the same on every page."""

from functools import lru_cache
from typing import Any

from flask import Flask, request


def register_addresses(app: Flask) -> None:
    """Let templates' `url_for` remember what it built.

    An address without a host follows from the endpoint, its values and where the app is
    mounted, and from nothing else.
    """

    @lru_cache(maxsize=4096)
    def build(_mounted_at: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
        return app.url_for(endpoint, **dict(values))

    def url_for(endpoint: str, **values: Any) -> str:
        if endpoint.startswith(".") or "_external" in values:
            return app.url_for(endpoint, **values)
        return build(request.root_path, endpoint, tuple(values.items()))

    app.jinja_env.globals["url_for"] = url_for
