"""Which words a column may hold: said anew on either database, by adding to or taking from what it may hold today.

A migration names the difference only: another one may have added its own.
"""

import re
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, text

from webapp.adapters.sqlite_tables import make_anew, table_words

_WORD = re.compile(r"'([^']*)'")


def allow_words(connection: Connection, table: str, column: str, words: Collection[str]) -> None:
    """Let the column hold these as well."""
    known = _known(connection, table, column)
    _say(connection, table, column, [*known, *(word for word in words if word not in known)])


def forbid_words(connection: Connection, table: str, column: str, words: Collection[str]) -> None:
    """Let the column hold these no longer. Rows that have one of them have to be gone."""
    _say(connection, table, column, [word for word in _known(connection, table, column) if word not in words])


def _known(connection: Connection, table: str, column: str) -> list[str]:
    return _WORD.findall(_check_of(connection, table, column))


def _check_of(connection: Connection, table: str, column: str) -> str:
    if connection.dialect.name == "postgresql":
        asked = text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name")
        return str(connection.scalar(asked, {"name": f"ck_{table}_{column}"}))
    (check,) = re.findall(rf"CHECK \({column} IN \([^)]*\)\)", table_words(connection)[table])
    return str(check)


def _say(connection: Connection, table: str, column: str, words: Sequence[str]) -> None:
    listed = ", ".join(f"'{word}'" for word in words)
    check = f"CHECK ({column} IN ({listed}))"
    if connection.dialect.name == "postgresql":
        name = f"ck_{table}_{column}"
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {check}")
        return
    old = _check_of(connection, table, column)
    make_anew(connection, table, table_words(connection)[table].replace(old, check))
