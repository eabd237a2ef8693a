"""A PostgreSQL database that one test after the other begins with: emptied between them, in a few milliseconds.

A clone costs twenty times as much, and so does the first connection to one. Emptied means as after the migrations:
their rows, sequences at their start, and no dead rows, so that rows lie in the order they were written. What cannot
be taken back like that, a changed table or somebody still at work, makes the database give way to a new clone.
"""

from collections.abc import Callable

import psycopg

_TABLES = "FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
#: A word that changes with every table, column, constraint, trigger and function.
_SCHEMA = """
SELECT md5(string_agg(word, ' ' ORDER BY word)) FROM (
    SELECT oid::text || '/' || xmin AS word FROM pg_class WHERE oid >= 16384
    UNION ALL SELECT attrelid::text || '.' || attnum || '/' || xmin FROM pg_attribute WHERE attrelid >= 16384
    UNION ALL SELECT oid::text || '/' || xmin FROM pg_constraint WHERE oid >= 16384
    UNION ALL SELECT oid::text || '/' || xmin FROM pg_trigger WHERE oid >= 16384
    UNION ALL SELECT oid::text || '/' || xmin FROM pg_proc WHERE oid >= 16384
) words
"""
_AT_WORK = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state IS DISTINCT FROM 'idle'
"""
_SEQUENCES = "SELECT quote_ident(sequencename), start_value, last_value FROM pg_sequences WHERE schemaname = 'public'"


class StandingPostgres:
    """`clone` makes the database anew under the same name and returns its URL."""

    def __init__(self, clone: Callable[[], str]) -> None:
        self._clone = clone
        self._connection: psycopg.Connection | None = None

    def fresh(self) -> str:
        """Its URL, after everything in it was taken back."""
        if self._connection is None or not self._is_emptied(self._connection):
            self.close()
            self._begin()
        return self._url

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _begin(self) -> None:
        """Remember what the migrations left: their rows, the sequences, the shape of everything."""
        self._url = self._clone()
        connection = psycopg.connect(self._url.replace("+psycopg", "", 1), autocommit=True)
        tables = [name for (name,) in connection.execute(f"SELECT quote_ident(relname) {_TABLES}")]
        self._deletions = ";".join(f"DELETE FROM {table}" for table in tables)
        rows = {table: _copied_out(connection, table) for table in tables}
        self._rows = {table: copied for table, copied in rows.items() if copied}
        self._restarts = "SELECT " + ", ".join(
            f"setval('{name}', {last or start}, {last is not None})"
            for name, start, last in connection.execute(_SEQUENCES)
        )
        self._schema = connection.execute(_SCHEMA).fetchone()
        self._connection = connection

    def _is_emptied(self, connection: psycopg.Connection) -> bool:
        """Whether everything could be taken back; False also without the right to (it takes a superuser)."""
        try:
            if connection.execute(_AT_WORK).fetchone() != (0,):
                return False
            if connection.execute(_SCHEMA).fetchone() != self._schema:
                return False
            written = connection.execute(f"SELECT quote_ident(relname) {_TABLES} AND pg_relation_size(oid) > 0")
            tables = [name for (name,) in written]
            with connection.transaction():
                # Past the triggers that keep trails, and past foreign keys.
                connection.execute("SET LOCAL session_replication_role = replica; SET LOCAL lock_timeout = '1s'")
                connection.execute(self._deletions)
                connection.execute(self._restarts)
            connection.execute(f"VACUUM {', '.join(tables)}")
            with connection.transaction():
                connection.execute("SET LOCAL session_replication_role = replica")
                for table, copied in self._rows.items():
                    _copy_in(connection, table, copied)
        except psycopg.Error:
            return False
        return True


def _copied_out(connection: psycopg.Connection, table: str) -> bytes:
    with connection.cursor().copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(bytes(part) for part in copy)


def _copy_in(connection: psycopg.Connection, table: str, copied: bytes) -> None:
    with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
        copy.write(copied)
