"""Alembic runs here for `flask db upgrade` and `downgrade`, on the current app's engine and tables.

Each migration is one transaction that holds altogether or not at all, on both databases. Around every one of them:

- SQLite changes tables by making them anew. So foreign keys rest meanwhile, as SQLite's own procedure says, and are
  all checked before the migration is committed. A table made anew gets its AUTOINCREMENT and its counter back.
- The way back deletes nobody's records: where rows would go, it is refused, unless `-x lose-records=yes` says so.
"""

from collections.abc import Collection, Mapping
from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo
from alembic.util import CommandError
from flask import current_app
from sqlalchemy import Connection, func, inspect, select, table

import webapp.models  # noqa: F401 -- fills the metadata
from webapp.adapters.id_counters import advance, counters, never_use_ids_twice

_migrate = current_app.extensions["migrate"]


class _Around:
    """What is looked at between two migrations."""

    def __init__(self, connection: Connection, *, may_lose: bool) -> None:
        self._connection = connection
        self._is_sqlite = connection.dialect.name == "sqlite"
        self._may_lose = may_lose
        self._rows: dict[str, int] = {}
        self._counters = counters(connection) if self._is_sqlite else {}
        if not may_lose and _is_way_back(connection):
            self._rows = self._counted()

    def after(
        self, ctx: MigrationContext, step: MigrationInfo, heads: Collection[Any], run_args: Mapping[str, Any]
    ) -> None:
        """Within the transaction of a migration, as its last word; raises CommandError, and nothing happened."""
        if self._is_sqlite:
            self._mend_tables()
        if step.is_upgrade or self._may_lose:
            return
        before, self._rows = self._rows, self._counted()
        lost = {name: rows - self._rows.get(name, 0) for name, rows in sorted(before.items())}
        named = ", ".join(f"{name} ({rows})" for name, rows in lost.items() if rows > 0)
        if named:
            raise CommandError(
                f"Going back from {step.up_revision_id} would delete rows of {named}. Nothing was changed. "
                "Make a backup first, then: flask db -x lose-records=yes downgrade"
            )

    def _mend_tables(self) -> None:
        never_use_ids_twice(self._connection)
        advance(self._connection, self._counters)
        self._counters = counters(self._connection)
        broken = self._connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            tables = ", ".join(sorted({f"{row[0]} to {row[2]}" for row in broken}))
            raise CommandError(f"Rows would refer to nothing ({tables}). Nothing was changed.")

    def _counted(self) -> dict[str, int]:
        names = set(inspect(self._connection).get_table_names()) - {"alembic_version"}
        count = {name: select(func.count()).select_from(table(name)) for name in names}
        return {name: self._connection.execute(counting).scalar_one() for name, counting in count.items()}


def _is_way_back(connection: Connection) -> bool:
    """Whether the revision asked for is none that is still to come, or the present one."""
    present = set(MigrationContext.configure(connection).get_current_heads())
    return bool(present) and context.get_revision_argument() not in {*present, context.get_head_revision()}


def _run(connection: Connection) -> None:
    around = _Around(connection, may_lose=context.get_x_argument(as_dictionary=True).get("lose-records") == "yes")
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=_migrate.db.metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
        on_version_apply=around.after,
    )
    with context.begin_transaction():
        context.run_migrations()


with _migrate.db.engine.connect() as _connection:
    _is_sqlite = _connection.dialect.name == "sqlite"
    _driver = _connection.connection.driver_connection
    if _is_sqlite:
        # Only outside a transaction, which begins with the first statement that goes by way of SQLAlchemy.
        _driver.execute("PRAGMA foreign_keys=OFF")
    try:
        _run(_connection.execution_options(write=True, waits=60))
        _connection.commit()
    finally:
        if _is_sqlite:
            _connection.rollback()
            _driver.execute("PRAGMA foreign_keys=ON")
