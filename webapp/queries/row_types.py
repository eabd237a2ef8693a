"""Rows and statements whose columns go by their names alone, and rows as values with fields.

What a column holds is taken on trust: a row knows its columns when the statement runs, a type checker before.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Row, Select

AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]

Value = TypeVar("Value")


def value_of(kind: Callable[..., Value], row: Sequence[Any], *more: Any) -> Value:
    """A dataclass of which the first fields are the columns of the row in their order, then come others.

    That they are is held by `tests/queries/test_rows_of_pages.py`, not looked at for each row.
    """
    return kind(*row, *more)
