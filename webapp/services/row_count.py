"""How many rows a statement changed."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import CursorResult
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import UpdateBase


def rows_changed(session: Session, statement: UpdateBase, values: Mapping[str, Any] | None = None) -> int:
    """Execute an INSERT, UPDATE or DELETE with these values for its parameters; the number of rows that it changed."""
    # A session says "some result" of all statements; what these give back comes straight from the cursor.
    return cast(CursorResult[Any], session.execute(statement, values)).rowcount
