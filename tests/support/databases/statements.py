"""Counts the statements that reach the database, without BEGIN, COMMIT and what a connection is set up with."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event

from webapp.extensions import db

_NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SELECT 1", "SAVEPOINT", "RELEASE")


@contextmanager
def counted_statements(app: Flask) -> Iterator[list[str]]:
    """The statements run inside the block, in order, from any thread of this process."""
    with app.app_context():
        engine = db.engine
    seen: list[str] = []

    def note(_connection, _cursor, statement: str, *_rest) -> None:
        if not statement.startswith(_NOT_COUNTED):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
