"""Inserting what may be there already: a unique constraint decides, and nobody's row is an error."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import (
    Column,
    ColumnClause,
    ColumnElement,
    FromClause,
    Table,
    bindparam,
    cast,
    column,
    func,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.types import Integer, String, Text, TypeEngine

from webapp.queries.row_types import AnyRow


@dataclass(frozen=True, slots=True)
class Filled:
    """A long text that differs from row to row only by the words in its gaps: one fewer than `parts`.

    As a value of a row it is the whole text; PostgreSQL is sent the parts once for all rows.
    """

    parts: tuple[str, ...]
    words: tuple[str, ...]

    def __str__(self) -> str:
        return "".join(_woven(self.parts, self.words))


def _woven(parts: Sequence[Any], gaps: Sequence[Any]) -> list[Any]:
    """A part, what stands in the gap after it, the next part and so on."""
    return [*chain.from_iterable(zip(parts, gaps, strict=False)), parts[-1]]


def insert_unless_there(
    session: Session, table: Table, *, index_elements: list[str] | None = None
) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that leaves out rows which a unique constraint refuses (any, or the one named)."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing(index_elements=index_elements)
    return sqlite.insert(table).on_conflict_do_nothing(index_elements=index_elements)


def insert_rows_unless_there(
    session: Session,
    table: Table,
    rows: Sequence[Mapping[str, object]],
    *returning: Column[Any],
    index_elements: list[str] | None = None,
) -> Sequence[AnyRow]:
    """Insert many rows of the same columns in one statement; `returning` of those that are new."""
    insert = insert_unless_there(session, table, index_elements=index_elements)
    if session.get_bind().dialect.name != "postgresql":
        whole = [{name: str(it) if isinstance(it, Filled) else it for name, it in row.items()} for row in rows]
        return session.execute(insert.returning(*returning), whole).all()
    parcel = _Parcel(len(rows))
    names = list(rows[0])
    values = [parcel.take(name, table.c[name].type, [row[name] for row in rows]) for name in names]
    insert = insert.from_select(names, select(*values).select_from(parcel.as_table()), include_defaults=False)
    return session.execute(insert.returning(*returning)).all()


class _Parcel:
    """Rows as one JSON value, without what all of them have in common.

    A statement with a placeholder for every field takes longer to read than to run.
    """

    def __init__(self, rows: int) -> None:
        # The number of a row is its own, so that there is a field even where the rows are alike.
        self._fields: dict[ColumnClause[Any], Sequence[object]] = {column("nth", Integer()): range(rows)}

    def take(self, name: str, kind: TypeEngine[Any], values: Sequence[Any]) -> ColumnElement[Any]:
        """Pack the values of a column; how the database puts that column together again."""
        first = values[0]
        if isinstance(first, Filled) and all(isinstance(one, Filled) and one.parts == first.parts for one in values):
            words = zip(*(one.words for one in values), strict=True)
            gaps = [self._pack(f"{name}_{at}", Text(), own) for at, own in enumerate(words)]
            return func.concat(*_woven(first.parts, gaps), type_=kind)
        if values.count(first) == len(values):
            return literal(first, kind)
        return self._pack(name, kind, values)

    def as_table(self) -> FromClause:
        """What was packed, as rows."""
        names = [field.name for field in self._fields]
        rows = [dict(zip(names, own, strict=True)) for own in zip(*self._fields.values(), strict=True)]
        written = bindparam(None, json.dumps(rows, default=_in_json, ensure_ascii=False), String)
        record = func.json_to_recordset(cast(written, postgresql.JSON(none_as_null=True)))
        return record.table_valued(*self._fields).render_derived("parcel", with_types=True)

    def _pack(self, name: str, kind: TypeEngine[Any], values: Sequence[object]) -> ColumnElement[Any]:
        field = column(name, kind)
        self._fields[field] = values
        return field


def _in_json(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Filled):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
