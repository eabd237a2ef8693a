"""Changes of SQLite tables that ALTER TABLE cannot make: the table is made anew from its own changed words.

Alembic's batch mode forgets checks, triggers and AUTOINCREMENT on the way; nothing is forgotten here. Foreign keys have
to rest meanwhile (`PRAGMA foreign_keys=OFF`), as SQLite's own procedure for such changes says.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import Connection, text

_CONSTRAINT = re.compile(r"\s*(CONSTRAINT|PRIMARY|UNIQUE|CHECK|FOREIGN)\b", re.IGNORECASE)
_WORD = re.compile(r"'([^']*)'")
_BESIDE = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND type IN ('index', 'trigger') AND sql IS NOT NULL"


def table_words(connection: Connection) -> dict[str, str]:
    """The statement that made each table."""
    found = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
    )
    return {name: words for name, words in found}


def make_anew(connection: Connection, table: str, words: str) -> None:
    """Give the table the place of itself, made with these words. Its rows, indexes and triggers stay."""
    named, begun = re.subn(rf'^CREATE TABLE\s+"?{table}"?\s*\(', f'CREATE TABLE "{table}_anew" (', words)
    if begun != 1:
        raise ValueError(f"cannot read how {table} was made")
    beside = connection.exec_driver_sql(_BESIDE, (table,)).scalars().all()
    connection.exec_driver_sql(named)
    columns = ", ".join(f'"{row.name}"' for row in connection.exec_driver_sql(f'PRAGMA table_info("{table}_anew")'))
    connection.exec_driver_sql(
        f'INSERT INTO "{table}_anew" ({columns}) SELECT {columns} FROM "{table}"'  # noqa: S608 - names of our tables
    )
    connection.exec_driver_sql(f'DROP TABLE "{table}"')
    connection.exec_driver_sql(f'ALTER TABLE "{table}_anew" RENAME TO "{table}"')
    for statement in beside:
        connection.exec_driver_sql(statement)


def drop_columns(connection: Connection, table: str, columns: Collection[str]) -> None:
    """Drop columns with the constraints that name them, on either database; their indexes are dropped before."""
    if connection.dialect.name == "postgresql":
        for column in columns:
            connection.exec_driver_sql(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')
        return
    words = table_words(connection)[table]
    start, end = words.index("("), words.rindex(")")
    kept = [one for one in _definitions(words[start + 1 : end]) if not _is_about(one, columns)]
    make_anew(connection, table, words[: start + 1] + ",".join(kept) + words[end:])


def _is_about(definition: str, columns: Collection[str]) -> bool:
    """A column's own definition, or a constraint of the table that names it."""
    if _CONSTRAINT.match(definition):
        return any(re.search(rf"\b{column}\b", definition.partition("REFERENCES")[0]) for column in columns)
    return definition.split(maxsplit=1)[0].strip('"') in columns


def _definitions(inside: str) -> Iterator[str]:
    """The parts between the commas that stand in no brackets and no text."""
    depth, begun, quoted = 0, 0, False
    for place, sign in enumerate(inside):
        if sign == "'":
            quoted = not quoted
        elif not quoted:
            depth += {"(": 1, ")": -1}.get(sign, 0)
            if sign == "," and not depth:
                yield inside[begun:place]
                begun = place + 1
    yield inside[begun:]


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
