"""Fixtures for everything that needs a database: each such test runs on SQLite and on PostgreSQL.

database     a database as after the migrations (`.url`, `.kind`)
app          the app on it
app_context  the app's context, for calling services and queries directly
client       a browser without a screen; do not combine it with `app_context`: requests would share one `g`
session      a session of its own, to look at rows from outside; call `rollback()` to look again
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.support.databases.postgres import PostgresTemplate
from tests.support.databases.sqlite import SqliteTemplate
from tests.support.databases.standing_apps import StandingApps
from webapp.config import Settings
from webapp.extensions import db

KINDS = ["sqlite", "postgres"]
#: Tests of what pages say and do.
PAGES = Path(__file__).parents[2] / "views"
#: The SQLite database that the standing server is on.
SERVED = "served"


@dataclass(frozen=True)
class Database:
    """What one test begins with. A standing one was used by the test before, and emptied."""

    url: str
    kind: str
    is_standing: bool = False


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=[*KINDS, "both"], default="both", help="which database the tests run on")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give `database` its two kinds, unless the option or a marker names one, and `long_db` one for the long run."""
    if "database" not in metafunc.fixturenames:
        return
    chosen = metafunc.config.getoption("--db")
    kinds = KINDS if chosen == "both" else [chosen]
    if marker := metafunc.definition.get_closest_marker("only_db"):
        kinds = [kind for kind in kinds if kind in marker.args]
    later = _left_to_long_run(metafunc) if len(kinds) > 1 else ()
    of_long_run = (pytest.mark.long, pytest.mark.slow)
    params = [pytest.param(kind, marks=of_long_run if kind in later else ()) for kind in kinds]
    metafunc.parametrize("database", params, indirect=True)


def _left_to_long_run(metafunc: pytest.Metafunc) -> tuple[str, ...]:
    """The database on which the test runs only in the long run: what a page says is asked of one of them, in turns.

    Statements, services and races are asked of both. A test that must be, too, says `both_db`.
    """
    definition = metafunc.definition
    if marker := definition.get_closest_marker("long_db"):
        return tuple(marker.args)
    if not definition.path.is_relative_to(PAGES) or definition.get_closest_marker("both_db"):
        return ()
    # By its name, so that it stays the same one in every run and on every machine.
    return (KINDS[crc32(definition.originalname.encode()) % len(KINDS)],)


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
    """A standing one, unless programs run on it: what those were doing may not be over when the test is.

    The template is asked for by name, so PostgreSQL starts only when a test needs it.
    """
    kind, wanted = request.param, set(request.fixturenames)
    template = request.getfixturevalue(f"_{kind}_template")
    if "programs" in wanted or (kind == "postgres" and "server" in wanted):
        return Database(template.copy_to(tmp_path) if kind == "sqlite" else template.clone(), kind)
    url = template.standing(SERVED) if "server" in wanted else template.standing()
    return Database(url, kind, is_standing=True)


@pytest.fixture
def settings(database: Database, redis_url: str, tmp_path: Path) -> Settings:
    """Override it in a test module to change a setting."""
    return Settings.for_tests(database_url=database.url, redis_url=redis_url, home=tmp_path)


@pytest.fixture(scope="session")
def _apps() -> StandingApps:
    return StandingApps()


@pytest.fixture
def app(settings: Settings, database: Database, _apps: StandingApps) -> Iterator[Flask]:
    is_usual = database.is_standing and settings.database_url == database.url
    with _apps.lent(settings, again=is_usual) as app:
        yield app


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
