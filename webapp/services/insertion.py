"""Inserting what may be there already: a unique constraint decides, and nobody's row is an error."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Column, Row, Table, bindparam, cast, func, literal, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.types import String


def insert_unless_there(
    session: Session, table: Table, *, index_elements: list[str] | None = None
) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that leaves out rows which a unique constraint refuses (any, or the one named)."""
    dialect = {"postgresql": postgresql, "sqlite": sqlite}[session.get_bind().dialect.name]
    return dialect.insert(table).on_conflict_do_nothing(index_elements=index_elements)


def insert_rows_unless_there(
    session: Session, table: Table, rows: Sequence[Mapping[str, object]], *returning: Column,
    index_elements: list[str] | None = None,
) -> Sequence[Row]:  # fmt: skip
    """Insert many rows of the same columns in one statement; `returning` of those that are new."""
    insert = insert_unless_there(session, table, index_elements=index_elements)
    if session.get_bind().dialect.name != "postgresql":
        return session.execute(insert.returning(*returning), list(rows)).all()
    names = list(rows[0])
    alike = {name for name in names if all(row[name] == rows[0][name] for row in rows)}
    # As one value: a statement with a placeholder for every field takes longer to read than to run.
    own = [{name: row[name] for name in names if name not in alike} for row in rows]
    written = bindparam(None, json.dumps(own, default=_in_json, ensure_ascii=False), String)
    record = func.json_populate_recordset(
        literal_column(f'CAST(NULL AS "{table.name}")'), cast(written, postgresql.JSON(none_as_null=True))
    ).table_valued(*names)
    values = [literal(rows[0][name], table.c[name].type) if name in alike else record.c[name] for name in names]
    insert = insert.from_select(names, select(*values).select_from(record), include_defaults=False)
    return session.execute(insert.returning(*returning)).all()


def _in_json(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")
