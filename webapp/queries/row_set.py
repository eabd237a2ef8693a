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
            cast(bindparam(None, _array([row[at] for row in rows]), String), ARRAY(kind))
            for at, kind in enumerate(columns.values())
        ]
        named = [column(name, kind) for name, kind in columns.items()]
        return func.unnest(*arrays).table_valued(*named, name="given").render_derived()
    listed = func.json_each(bindparam(None, json.dumps([list(row) for row in rows]))).table_valued("value")
    values = [
        func.json_extract(listed.c.value, f"$[{at}]", type_=kind).label(name)
        for at, (name, kind) in enumerate(columns.items())
    ]
    return select(*values).subquery("given")


def _array(values: Sequence[Any]) -> str:
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return str(value)
