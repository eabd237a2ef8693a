"""PostgreSQL's cursor for SQLAlchemy: the columns of a result are described when somebody looks at them.

SQLAlchemy asks of every result whether it has columns, and looks at them with the first one of a statement only.
psycopg describes all of them each time, forty for an event's page.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import psycopg


class QuickCursor(psycopg.Cursor[Any]):
    """psycopg's own, but for `description`."""

    @property
    def description(self) -> Sequence[psycopg.Column] | None:  # type: ignore[override]  # psycopg's is a list
        result, describe = self.pgresult, lambda: super(QuickCursor, self).description
        return _Columns(describe) if result is not None and result.nfields else describe()


class _Columns(Sequence[psycopg.Column]):
    def __init__(self, describe: Callable[[], list[psycopg.Column] | None]) -> None:
        self._describe = describe

    @cached_property
    def _all(self) -> list[psycopg.Column]:
        return self._describe() or []

    def __len__(self) -> int:
        return len(self._all)

    def __getitem__(self, at: Any) -> Any:
        return self._all[at]
