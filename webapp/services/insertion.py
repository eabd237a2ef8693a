"""Inserting what may be there already: a unique constraint decides, and nobody's row is an error."""

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_unless_there(
    session: Session, table: Table, *, index_elements: list[str] | None = None
) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that leaves out rows which a unique constraint refuses (any, or the one named)."""
    dialect = {"postgresql": postgresql, "sqlite": sqlite}[session.get_bind().dialect.name]
    return dialect.insert(table).on_conflict_do_nothing(index_elements=index_elements)
