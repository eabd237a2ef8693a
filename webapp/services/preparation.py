"""Bringing an installation up: the tables in their newest form, by one process at a time."""

import fcntl
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import select, text

from webapp.adapters.id_counters import advance, counters
from webapp.domain.work.job import PeriodicJob
from webapp.extensions import bind_migrations, db
from webapp.models import CronJob
from webapp.queries.remembered_ids import highest_remembered
from webapp.services.unit_of_work import end_reading, write_transaction
from webapp.services.work.due import start_due_jobs

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
    import flask_migrate  # noqa: PLC0415 -- it loads Alembic: not for every process that imports services

    logging.getLogger("alembic").setLevel(logging.WARNING)
    if "migrate" not in current_app.extensions:
        bind_migrations(current_app)
    flask_migrate.upgrade()


def advance_counters() -> dict[str, int]:
    """Let ids go on after every one that was ever given, also where rows came back with ids of their own.

    A restored or copied database may have its counters behind. Returns those that were, with where they stood.
    """
    with write_transaction() as session:
        connection = session.connection()
        highest = highest_remembered(connection, counters(connection), told=False)
        return advance(connection, {table: number for table, (number, _place) in highest.items()})


def lay_out_jobs(jobs: Sequence[PeriodicJob], *, now: datetime, real_now: datetime) -> None:
    """Make the rows of periodic jobs that were never seen before; they begin with their next time."""
    known = set(db.session.scalars(select(CronJob.name)))
    end_reading()
    start_due_jobs([job for job in jobs if job.name not in known], now=now, real_now=real_now)


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
