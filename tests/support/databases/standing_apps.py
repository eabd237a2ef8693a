"""Apps that one test after the other begins with: making one costs more than most tests.

What a test may have changed about an app is set back before the next one gets it. Nobody can add a route or a hook
to an app that has answered a request (Flask refuses), so a test that wants to makes an app of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from flask import Flask
from sqlalchemy import event

from tests.support.databases.compiled import CompiledRule, CompiledTemplates
from webapp import clock, create_app
from webapp.config import Environment, Settings
from webapp.extensions import db, limiter
from webapp.queueing import Nudger

#: How many kinds of settings are remembered.
_ROOM = 8
_COMPILED = CompiledTemplates()
Flask.url_rule_class = CompiledRule


class StandingApps:
    """One app for each kind of settings."""

    def __init__(self) -> None:
        self._kept: list[tuple[Settings, Flask, dict]] = []

    @contextmanager
    def lent(self, settings: Settings, *, again: bool) -> Iterator[Flask]:
        """An app of these settings; `again` says that later tests ask for the same ones (but for `home`)."""
        again = again and settings.environment is Environment.TEST and not settings.rate_limits
        app = self._kept_or_made(settings) if again else made(settings)
        try:
            yield app
        finally:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()

    def _kept_or_made(self, settings: Settings) -> Flask:
        anywhere = replace(settings, home=Path())
        for kind, app, config in self._kept:
            if kind == anywhere:
                _set_back(app, settings, config)
                return app
        app = made(settings)
        self._kept = [*self._kept, (anywhere, app, dict(app.config))][-_ROOM:]
        return app


def made(settings: Settings) -> Flask:
    """A new app, with what compiling its templates and routes brought before."""
    app = create_app(settings)
    app.jinja_env.bytecode_cache = _COMPILED
    if settings.database_url.startswith("sqlite"):
        with app.app_context():
            event.listen(db.engine, "connect", _without_waiting_for_the_disk)
    return app


def _set_back(app: Flask, settings: Settings, config: dict) -> None:
    app.extensions["settings"] = settings
    app.extensions["nudger"] = Nudger(settings.redis_url)
    app.config.clear()
    app.config.update(config)
    app.test_client_class = None
    # Both are one per process, and an app made in between may have changed them.
    limiter.enabled = False
    clock.forbid_moving()


def _without_waiting_for_the_disk(connection, _record) -> None:
    """What a test wrote need not survive a power cut; the product's own connections wait for the disk."""
    connection.execute("PRAGMA synchronous=OFF")
