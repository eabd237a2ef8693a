"""What statements ask for that are built once: whoever executes one gives the values by these names.

Building a large select takes longer than running it, so what many people open keeps its own. So does planning:
PostgreSQL keeps a plan for all values only where none for certain values looks cheaper to it. A statement that is
`built_once`, and asks for `unseen` values, never looks cheaper.
Why it is so: docs/decisions/091-one-kept-plan.md.
"""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    bindparam,
    literal_column,
    select,
)
from sqlalchemy.sql.elements import ClauseList
from sqlalchemy.sql.visitors import replacement_traverse
from sqlalchemy.types import TypeEngine

from webapp.domain.online.meeting_session import DOORS_OPEN
from webapp.models.columns import BigId, UtcDateTime


def unseen(parameter: BindParameter[Any]) -> ScalarSelect[Any]:
    """The value of that parameter, out of the planner's sight."""
    return select(parameter).scalar_subquery()


def built_once(statement: Select) -> Select:
    """The statement with the words and numbers it was written with as parts of its text, and not as values."""

    def written(element: Any, **_kept: Any) -> Any:
        if not isinstance(element, BindParameter) or element.required:
            return None
        kind, value = element.type, element.value
        if not element.expanding:
            return _literal(value, kind)
        return ClauseList(*(_literal(one, kind) for one in value or ()), group_contents=False).self_group()

    return cast(Select, replacement_traverse(statement, {}, written))


def _literal(value: Any, kind: TypeEngine[Any]) -> ColumnElement[Any]:
    return literal_column(str(value) if isinstance(value, int) else "'{}'".format(value.replace("'", "''")), kind)


#: Who reads; None where nobody is signed in.
READER = unseen(bindparam("reader", type_=BigId))
NOW = unseen(bindparam("now", type_=UtcDateTime))
#: An online session that starts until then has its doors open.
DOORS = unseen(bindparam("doors", type_=UtcDateTime))
LIMIT, OFFSET = unseen(bindparam("limit", type_=Integer)), unseen(bindparam("offset", type_=Integer))


def reader_at(user_id: int | None, now: datetime) -> dict[str, Any]:
    """Values for `READER`, `NOW` and `DOORS`."""
    return {"reader": user_id, "now": now, "doors": now + DOORS_OPEN}


def page_of(number: int, size: int, *, more: int = 0) -> dict[str, int]:
    """Values for `LIMIT` and `OFFSET`: page `number` from 1, and `more` rows that tell of a next one."""
    return {"limit": size + more, "offset": (number - 1) * size}
