"""A set of ids as one bound value, so that a statement is the same for one and for 100,000."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, any_, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import BigInteger, String, Text


def is_among(session: Session, column: SQLColumnExpression[Any], ids: Sequence[int]) -> ColumnElement[bool]:
    """`column` is one of `ids`."""
    if len(ids) == 1:
        return column == ids[0]
    given = bindparam(None, id_set(session, ids), String)
    return is_in_set(column, given, postgresql=_speaks_postgresql(session))


def is_in_set(
    column: SQLColumnExpression[Any], given: SQLColumnExpression[str], *, postgresql: bool
) -> ColumnElement[bool]:
    """`column` is one of the ids in `given`: for statements that are built once, with `id_set` as the value."""
    if postgresql:
        return column == any_(cast(given, ARRAY(BigInteger)))
    listed = func.json_each(given).table_valued("value")
    return column.in_(select(listed.c.value))


def id_set(session: Session, ids: Sequence[int]) -> str:
    """The ids as text: a driver that looks at every element of a list takes longer than the database."""
    return "{" + ",".join(map(str, ids)) + "}" if _speaks_postgresql(session) else json.dumps(list(ids))


def is_among_words(session: Session, column: SQLColumnExpression[Any], words: Sequence[str]) -> ColumnElement[bool]:
    """`column` is one of `words`: as `is_among`, for text."""
    if _speaks_postgresql(session):
        return column == any_(cast(list(words), ARRAY(Text)))
    listed = func.json_each(bindparam(None, json.dumps(list(words)))).table_valued("value")
    return column.in_(select(listed.c.value))


def _speaks_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
