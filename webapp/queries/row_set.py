"""Many rows as a few bound values, so that a statement is the same for one row and for 100,000."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import FromClause, bindparam, cast, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import String, TypeEngine


def row_set(session: Session, columns: Mapping[str, TypeEngine], rows: Sequence[Sequence[Any]]) -> FromClause:
    """The rows as something to select from. Values are whole numbers, texts, booleans or None."""
    if session.get_bind().dialect.name == "postgresql":
        # As their text form: a driver that looks at every element takes longer than the database.
        arrays = [
            cast(bindparam(None, _array(values, kind), String), ARRAY(kind))
            for values, kind in zip(zip(*rows, strict=True), columns.values(), strict=True)
        ]
        named = [column(name, kind) for name, kind in columns.items()]
        return func.unnest(*arrays).table_valued(*named, name="given").render_derived()
    listed = func.json_each(bindparam(None, json.dumps([list(row) for row in rows]))).table_valued("value")
    values = [
        func.json_extract(listed.c.value, f"$[{at}]", type_=kind).label(name)
        for at, (name, kind) in enumerate(columns.items())
    ]
    return select(*values).subquery("given")


def _array(values: Sequence[Any], kind: TypeEngine) -> str:
    """The text form of an array. Python writes a list of numbers or booleans as PostgreSQL reads it, but for None."""
    if isinstance(kind, String):
        return "{" + ",".join(["NULL" if value is None else _quoted(value) for value in values]) + "}"
    return "{" + str(list(values))[1:-1].replace("None", "NULL") + "}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
