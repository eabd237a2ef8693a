"""Bringing an installation up: the tables in their newest form, by one process at a time."""

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
from sqlalchemy import text

from webapp.extensions import db

#: Any number that nobody else uses on the same database.
_ADVISORY_LOCK = 7_208_211


@contextmanager
def preparing_alone(home: Path) -> Iterator[None]:
    """Wait until no other process prepares the same installation, then hold that place.

    One machine is guarded by a file in `home`, several on one PostgreSQL by an advisory lock.
    """
    home.mkdir(parents=True, exist_ok=True)
    with open(home / "prepare.lock", "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with _alone_on_database():
            yield


def migrate_tables() -> None:
    """Run the migrations that this database has not seen; none is the usual case."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    flask_migrate.upgrade()


@contextmanager
def _alone_on_database() -> Iterator[None]:
    if db.engine.dialect.name != "postgresql":
        yield
        return
    # Outside any transaction: an idle one would be ended while a long migration runs.
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET lock_timeout = 0"))
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _ADVISORY_LOCK})
        connection.detach()  # its own limits and its lock go with it, not back to the pool
        yield
