"""Fixtures for everything that needs a database: each such test runs on SQLite and on PostgreSQL.

    database     a fresh, migrated database (`.url`, `.kind`)
    app          the app on it
    app_context  the app's context, for calling services and queries directly
    client       a browser without a screen; do not combine it with `app_context`: requests would share one `g`
    session      a session of its own, to look at rows from outside; call `rollback()` to look again
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.support.compiled import CompiledRule, CompiledTemplates
from tests.support.postgres import PostgresTemplate
from tests.support.sqlite import SqliteTemplate
from webapp import create_app
from webapp.config import Settings
from webapp.extensions import db

KINDS = ["sqlite", "postgres"]


_COMPILED = CompiledTemplates()
Flask.url_rule_class = CompiledRule


@dataclass(frozen=True)
class Database:
    """One test's own database."""

    url: str
    kind: str


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=[*KINDS, "both"], default="both", help="which database the tests run on")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give `database` its two kinds, unless the option or the test's marker names one."""
    if "database" not in metafunc.fixturenames:
        return
    chosen = metafunc.config.getoption("--db")
    kinds = KINDS if chosen == "both" else [chosen]
    if marker := metafunc.definition.get_closest_marker("only_db"):
        kinds = [kind for kind in kinds if kind in marker.args]
    metafunc.parametrize("database", kinds, indirect=True)


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    return SqliteTemplate(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def _postgres_template(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[PostgresTemplate]:
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    template = PostgresTemplate(tmp_path_factory.mktemp("postgres"), worker)
    yield template
    template.close()


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """The template is asked for by name, so PostgreSQL starts only when a test needs it."""
    if request.param == "sqlite":
        return Database(request.getfixturevalue("_sqlite_template").copy_to(tmp_path), "sqlite")
    return Database(request.getfixturevalue("_postgres_template").clone(), "postgres")


@pytest.fixture
def settings(database: Database, redis_url: str, tmp_path: Path) -> Settings:
    """Override it in a test module to change a setting."""
    return Settings.for_tests(database_url=database.url, redis_url=redis_url, home=tmp_path)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.jinja_env.bytecode_cache = _COMPILED
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app_context(app: Flask) -> Iterator[Flask]:
    with app.app_context():
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    with app.app_context():
        engine = db.engine
    with Session(engine) as session:
        yield session
