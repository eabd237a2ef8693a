"""The counters that give rows their ids, on either database: no id is ever given twice.

PostgreSQL has a sequence per table, which never goes back. SQLite takes the highest id plus one, unless the key says
AUTOINCREMENT; then `sqlite_sequence` remembers the last id, whatever was deleted.
"""

import re
from collections.abc import Mapping

from sqlalchemy import Connection, text

from webapp.adapters.sqlite_tables import make_anew, table_words

_POSTGRES_COUNTERS = """
SELECT t.relname, coalesce(pg_sequence_last_value(s.oid), 0)
FROM pg_depend d
JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
JOIN pg_class t ON t.oid = d.refobjid AND t.relnamespace = current_schema()::regnamespace
WHERE d.deptype IN ('a', 'i') AND d.classid = 'pg_class'::regclass
"""


def counters(connection: Connection) -> dict[str, int]:
    """The last id that each table with a counter gave, 0 where it gave none."""
    if connection.dialect.name == "postgresql":
        return {name: last for name, last in connection.execute(text(_POSTGRES_COUNTERS))}
    counting = {name: 0 for name, words in table_words(connection).items() if _counts(words)}
    if not counting:
        return {}
    return counting | {name: last for name, last in connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")}


def advance(connection: Connection, highest: Mapping[str, int]) -> dict[str, int]:
    """Let the counters go on after these ids; returns those that were behind, with where they stood."""
    behind = {name: last for name, last in counters(connection).items() if highest.get(name, 0) > last}
    for name in behind:
        if connection.dialect.name == "postgresql":
            _advance_sequence(connection, name, highest[name])
        else:
            _advance_sqlite(connection, name, highest[name])
    return behind


def never_use_ids_twice(connection: Connection) -> list[str]:
    """SQLite: make every table whose key lacks AUTOINCREMENT anew with it; returns their names.

    Needs `foreign_keys` off, as SQLite's own procedure for changes that ALTER TABLE cannot make does.
    """
    changed = []
    for name, words in table_words(connection).items():
        key = _counted_key(connection, name)
        if key is not None and not _counts(words):
            make_anew(connection, name, _with_autoincrement(words, name, key))
            changed.append(name)
    return changed


def _counts(words: str) -> bool:
    return "AUTOINCREMENT" in words.upper()


def _counted_key(connection: Connection, table: str) -> str | None:
    """The column of a whole-number key that the database fills; not one that is another table's id."""
    columns = connection.exec_driver_sql(f'PRAGMA table_info("{table}")').all()
    keys = [column for column in columns if column.pk]
    if len(keys) != 1 or keys[0].type.upper() != "INTEGER":
        return None
    borrowed = {row[3] for row in connection.exec_driver_sql(f'PRAGMA foreign_key_list("{table}")')}
    return None if keys[0].name in borrowed else keys[0].name


def _with_autoincrement(words: str, table: str, key: str) -> str:
    counted, found = re.subn(rf'PRIMARY KEY \(\s*"?{key}"?\s*\)', f'PRIMARY KEY ("{key}" AUTOINCREMENT)', words)
    if found != 1:
        raise ValueError(f"cannot read the key of {table}")
    return counted


def _advance_sqlite(connection: Connection, table: str, highest: int) -> None:
    done = connection.exec_driver_sql("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", (highest, table))
    if not done.rowcount:
        connection.exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, highest))


def _advance_sequence(connection: Connection, table: str, highest: int) -> None:
    """Under a lock that lets nobody insert meanwhile: the sequence must not go back for them."""
    connection.exec_driver_sql(f'LOCK TABLE "{table}" IN SHARE ROW EXCLUSIVE MODE')
    name = "pg_get_serial_sequence(quote_ident(:table), 'id')"
    connection.execute(
        text(f"SELECT setval({name}, greatest(:highest, coalesce(pg_sequence_last_value({name}::regclass), 1)))"),
        {"table": table, "highest": highest},
    )
