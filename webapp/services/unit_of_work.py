"""The only place that begins and ends transactions."""

import math
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from webapp import queueing
from webapp.extensions import db
from webapp.services.writers_turn import noting_what_is_held, patience, turn_on_postgres, turn_on_sqlite


@contextmanager
def write_transaction(*, waits: float | None = None) -> Iterator[Session]:
    """A transaction that may write; commits at the end, rolls back on any exception.

    An open read transaction is ended first, so whatever was read before is stale: lock,
    then read again. SQLite begins IMMEDIATE. Nudges asked for inside go out after the commit.
    Waits for its turn as long as `writers_turn.patience` says, or `waits` seconds; raises
    DatabaseHeld, or the database's own error, when that was not enough.
    """
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("unwritten changes outside a write transaction")
    session.rollback()
    nudges: set[str] = session.info.setdefault("nudges", set())
    nudges.clear()
    limit = patience() if waits is None else waits
    with noting_what_is_held(limit, one_lock=not speaks_postgresql()), _writers_turn(limit) as left:
        try:
            session.info["writing"] = True
            _begin(session, left)
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


def _writers_turn(waits: float) -> AbstractContextManager[float]:
    """Wait in line before BEGIN; yields what is left of the patience. Raises DatabaseHeld."""
    if speaks_postgresql():
        return turn_on_postgres(waits)
    return turn_on_sqlite(str(db.engine.url.database), waits)


def _begin(session: Session, left: float) -> None:
    """Begin to write; who has less patience than usual says so to the database, all others need not."""
    limit = math.ceil(left) if left > 1 else round(left, 1)
    connection = session.connection(execution_options={"write": True, "waits": limit})
    if speaks_postgresql() and limit < 1:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{max(round(limit * 1000), 50)}ms'")


def end_reading() -> None:
    """End an open read transaction and give its connection back, before slow work outside the database."""
    db.session.rollback()
