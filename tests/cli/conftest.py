"""Running commands as a shell does, in this process: exit code, standard output, standard error."""

from collections.abc import Callable, Iterator

import pytest
from click.testing import Result
from flask import Flask

from webapp import clock, create_app
from webapp.config import Environment, Settings
from webapp.extensions import db

Run = Callable[..., Result]


def runner(app: Flask) -> Run:
    return lambda *words, **options: app.test_cli_runner().invoke(args=[str(word) for word in words], **options)


@pytest.fixture
def flask(app: Flask) -> Run:
    return runner(app)


@pytest.fixture
def demo_app(settings: Settings) -> Iterator[Flask]:
    """The same installation in the demo environment; afterwards the clock is real again."""
    values = {name: getattr(settings, name) for name in Settings.__slots__}
    app = create_app(Settings(**{**values, "environment": Environment.DEMO}))
    yield app
    clock.forbid_moving()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def demo_flask(demo_app: Flask) -> Run:
    return runner(demo_app)
