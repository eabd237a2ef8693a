"""Addresses in templates: a page has a dozen, most of them the same on every page but for a name or a number."""

import re
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import flask
from flask import Flask, current_app, request

#: What no address writes in another way.
_PLAIN = re.compile(r"[\w.-]+", re.ASCII)
_GAP = re.compile(r"0gap(\d+)gap0")


def url_for(endpoint: str, **values: Any) -> str:
    """Flask's, for addresses without a host, and remembered: what plain values stand in is built once for all of them.

    Such an address follows from the endpoint, its values and where the app is mounted, and from nothing else.
    """
    if endpoint.startswith(".") or "_external" in values:
        return flask.url_for(endpoint, **values)
    plain = [_plain(value) for value in values.values()]
    pieces = None if None in plain else _around(request.root_path, endpoint, tuple(values))
    if pieces is None:
        return _built(request.root_path, endpoint, tuple(values.items()))
    return "".join([plain[int(piece)] or "" if number % 2 else piece for number, piece in enumerate(pieces)])


def _plain(value: object) -> str | None:
    if type(value) is int:
        return str(value)
    return value if type(value) is str and _PLAIN.fullmatch(value) else None


@lru_cache(maxsize=1024)
def _around(_mounted_at: str, endpoint: str, names: tuple[str, ...]) -> tuple[str, ...] | None:
    """Text, and which of the values follows it, in turns; None for a rule that knows certain words only."""
    gaps: dict[str, Any] = {name: f"0gap{number}gap0" for number, name in enumerate(names)}
    try:
        address = flask.url_for(endpoint, **gaps)
    except ValueError:
        return None
    return tuple(_GAP.split(address))


@lru_cache(maxsize=1024)
def _built(_mounted_at: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    return flask.url_for(endpoint, **dict(values))


def public_url(endpoint: str, **values: Any) -> str:
    """The whole address, on the installation's own public name whatever it was asked by."""
    base_url: str = current_app.extensions["settings"].base_url
    return base_url + url_for(endpoint, **values)


def public_host() -> str:
    """The host of the installation's own public name, for names that have to be nobody else's."""
    return urlsplit(current_app.extensions["settings"].base_url).hostname or "turnout"


def register_addresses(app: Flask) -> None:
    app.jinja_env.globals.update(url_for=url_for, public_url=public_url)
