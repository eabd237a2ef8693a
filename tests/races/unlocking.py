"""The product without its lock: what a careless version would do. Used to see that the races can be lost."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event

from webapp.extensions import db
from webapp.services import unit_of_work


def take_the_lock_away(app: Flask) -> None:
    """PostgreSQL: reads without FOR UPDATE, no locks on names. SQLite: as its driver does, no BEGIN before a write."""
    unit_of_work._writers_turn = _no_turn
    with app.app_context():
        engine = db.engine
    is_sqlite = engine.dialect.name == "sqlite"

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def _weaken(connection, cursor, statement, parameters, _context, _many):
        if is_sqlite:
            if statement.startswith("BEGIN"):
                return "SELECT 1", parameters
            if not statement.startswith("SELECT") and not cursor.connection.in_transaction:
                cursor.connection.execute("BEGIN")
        unlocked = statement.replace("pg_advisory_xact_lock(", "(")
        return unlocked.replace(" FOR NO KEY UPDATE", "").replace(" FOR UPDATE", ""), parameters


@contextmanager
def _no_turn(waits: float) -> Iterator[float]:
    yield waits
