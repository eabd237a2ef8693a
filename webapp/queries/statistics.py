"""What PostgreSQL believes about the size of tables."""

from collections.abc import Sequence

from sqlalchemy import Table, text

from webapp.extensions import db


def fewest_known_rows(tables: Sequence[Table]) -> float:
    """The rows of the smallest of these tables, as its plans reckon with them; -1 where it never looked."""
    query = text("SELECT min(reltuples) FROM pg_class WHERE oid = ANY(CAST(:names AS regclass[]))")
    return db.session.scalar(query, {"names": [table.name for table in tables]})
