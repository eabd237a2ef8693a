"""Alembic runs here for `flask db upgrade`, on the current app's engine and tables."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

import webapp.models  # noqa: F401 -- fills the metadata

_migrate = current_app.extensions["migrate"]


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=_migrate.db.metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


with _migrate.db.engine.connect() as _connection:
    _run(_connection.execution_options(write=True))
    _connection.commit()
