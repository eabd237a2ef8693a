"""The demo world, laid out once for all tests that look at it; each test changes it and takes that back.

demo        a session on it, past all constraints (both databases); what it changes is rolled back
demo_place  an app on it, for tests that only read
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, NullPool, create_engine, event, text
from sqlalchemy.orm import Session

from tests.support.databases.database_fixtures import KINDS
from tests.support.databases.standing_apps import made
from tests.support.worlds.world import NOON
from webapp.config import Settings
from webapp.extensions import db
from webapp.services.demo.demo_world import seed_demo_world


def lay_out_demo(database_url: str, home: Path, now: datetime) -> None:
    """Fill a migrated database with the demo world, as `ops prepare` does."""
    app = made(Settings.for_tests(database_url=database_url, redis_url="unix:///nowhere", home=home))
    with app.app_context():
        seed_demo_world(now=now)
        db.session.remove()
        db.engine.dispose()


def engine_without_guards(database_url: str) -> Engine:
    """An engine whose transactions can also change tables, and be rolled back."""
    engine = create_engine(database_url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _on_connect(connection, _record) -> None:
            connection.isolation_level = None
            connection.execute("PRAGMA foreign_keys=OFF")

        @event.listens_for(engine, "begin")
        def _on_begin(connection) -> None:
            connection.exec_driver_sql("BEGIN")

    return engine


@contextmanager
def taken_back(engine: Engine) -> Iterator[Session]:
    """A session whose changes, tables included, do not outlive it."""
    with Session(engine) as session:
        yield session
        session.rollback()


def lay_bare(session: Session, table: str) -> None:
    """Take every constraint, key and trigger away from a table, and keep its rows."""
    cascade = " CASCADE" if session.get_bind().dialect.name == "postgresql" else ""
    session.execute(text(f"CREATE TABLE bare AS SELECT * FROM {table}"))
    session.execute(text(f"DROP TABLE {table}{cascade}"))
    session.execute(text(f"ALTER TABLE bare RENAME TO {table}"))


#: Laying it out takes longer than most tests: those on one stay on one worker.
ON_DEMO = [pytest.param(kind, marks=pytest.mark.xdist_group(f"demo-{kind}")) for kind in KINDS]


@pytest.fixture(scope="session", params=ON_DEMO)
def demo_engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine on a demo world that was begun at `NOON`."""
    kind = request.param
    if request.config.getoption("--db") not in {kind, "both"}:
        pytest.skip("not this database")
    folder = tmp_path_factory.mktemp("demo")
    template = request.getfixturevalue(f"_{kind}_template")
    url = template.copy_to(folder) if kind == "sqlite" else template.clone()
    lay_out_demo(url, folder, NOON)
    engine = engine_without_guards(url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def demo_place(demo_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    url = demo_engine.url.render_as_string(hide_password=False)
    home = tmp_path_factory.mktemp("home")
    app = made(Settings.for_tests(database_url=url, redis_url="unix:///nowhere", home=home))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def demo(demo_engine: Engine) -> Iterator[Session]:
    with taken_back(demo_engine) as session:
        yield session
