"""The only place that begins and ends transactions."""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from webapp import queueing
from webapp.extensions import db

#: One writer at a time per process: on a hot row more of them only wait longer.
_one_writer = threading.Lock()


@contextmanager
def write_transaction() -> Iterator[Session]:
    """A transaction that may write; commits at the end, rolls back on any exception.

    An open read transaction is ended first, so whatever was read before is stale: lock,
    then read again. SQLite begins IMMEDIATE. Nudges asked for inside go out after the commit.
    """
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("unwritten changes outside a write transaction")
    session.rollback()
    nudges: set[str] = session.info.setdefault("nudges", set())
    nudges.clear()
    with _writers_turn(session):
        try:
            session.info["writing"] = True
            session.connection(execution_options={"write": True})
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info["writing"] = False
    for job in nudges:
        queueing.nudge(job)


@contextmanager
def one_statement() -> Iterator[Connection]:
    """A connection for a write that is one statement, and so a transaction of its own (PostgreSQL).

    Without BEGIN and COMMIT around it: two round trips fewer, and its locks end with it.
    """
    with db.engine.connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


def speaks_postgresql() -> bool:
    """Whether the database is PostgreSQL; the other one is SQLite."""
    return db.engine.dialect.name == "postgresql"


def nudge_after_commit(session: Session, job: str) -> None:
    """Ask a worker to look at the database soon. A lost nudge costs one tick, nothing else."""
    session.info["nudges"].add(job)


@contextmanager
def _writers_turn(session: Session) -> Iterator[None]:
    """Wait in line before BEGIN: SQLite's own busy handler sleeps and starves the unlucky."""
    with _one_writer:
        path = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
        if path is None:
            yield
            return
        with open(f"{path}.write-lock", "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def end_reading() -> None:
    """End an open read transaction and give its connection back, before slow work outside the database."""
    db.session.rollback()
