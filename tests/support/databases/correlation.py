"""Finds subqueries that look at a table anew whose row of the statement around them they mean.

SQLAlchemy ties a subquery to the SELECT directly around it, not to those farther out: an EXISTS in an
EXISTS that means the outermost row asks the whole table instead, `FROM inner, outermost`, and nothing
says so. Whoever means another row of the same table uses an alias.
"""

import re
from dataclasses import dataclass, field

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

_TOKEN = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|[A-Za-z_][A-Za-z0-9_.]*|[(),]|[^\s]")
#: Words after which no table is named any more.
_ENDS_FROM = frozenset(
    {
        "WHERE",
        "GROUP",
        "ORDER",
        "HAVING",
        "LIMIT",
        "OFFSET",
        "UNION",
        "EXCEPT",
        "INTERSECT",
        "FOR",
        "RETURNING",
        "SET",
        "VALUES",
        "USING",
        "WINDOW",
        "SELECT",
        "THEN",
        "ELSE",
        "END",
    }
)
_BEGINS_ANEW = frozenset({"UNION", "EXCEPT", "INTERSECT"})
_BEGINS_FROM = frozenset({"FROM", "JOIN", "UPDATE"})
_KNOWN: set[str] = set()


@dataclass
class _Level:
    """One pair of parentheses. A table of FROM that is itself a subquery cannot mean rows around it."""

    stands_alone: bool = False
    in_from: bool = False
    is_list: bool = False
    tables: set[str] = field(default_factory=set)
    doubled: list[str] = field(default_factory=list)

    def ends_from(self) -> list[str]:
        """What was found in it: only a list of tables, `FROM a, b`, comes from a row that was meant and not tied."""
        found = self.doubled if self.is_list else []
        self.in_from, self.is_list, self.doubled = False, False, []
        return found


def doubled_tables(statement: str) -> list[str]:
    """Tables named without an alias in a subquery and again in a statement around it."""
    tokens = _TOKEN.findall(statement)
    levels, found, expects = [_Level()], [], False
    for at, token in enumerate(tokens):
        word, here = token.upper(), levels[-1]
        if token == "(":
            levels.append(_Level(stands_alone=expects or _is_cte(tokens, at)))
            expects = False
        elif token == ")":
            found += levels.pop().ends_from() if len(levels) > 1 else []
            expects = False
        elif word in _BEGINS_FROM:
            here.in_from, expects = True, True
        elif word in _ENDS_FROM:
            found += here.ends_from()
            expects = False
            if word in _BEGINS_ANEW:
                here.tables = set()
        elif token == ",":
            expects = here.in_from
            here.is_list |= here.in_from
        elif expects:
            expects = False
            if not _has_alias(tokens, at):
                here.doubled += [token for around in _around(levels) if token in around.tables]
                here.tables.add(token)
    return found + levels[0].ends_from()


def _around(levels: list[_Level]) -> list[_Level]:
    """The levels whose rows the innermost one can mean."""
    seen = []
    for inner, outer in zip(reversed(levels[1:]), reversed(levels[:-1]), strict=True):
        if inner.stands_alone:
            break
        seen.append(outer)
    return seen


def _is_cte(tokens: list[str], at: int) -> bool:
    return at > 0 and tokens[at - 1].upper() == "AS"


def _has_alias(tokens: list[str], at: int) -> bool:
    return at + 1 < len(tokens) and tokens[at + 1].upper() == "AS"


def _note(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
    if statement in _KNOWN:
        return
    _KNOWN.add(statement)
    if doubled := doubled_tables(statement):
        raise AssertionError(f"not tied to the row around it: {', '.join(doubled)} in {statement}")


def watch_correlation() -> None:
    """From now on a statement of any test that does this fails it."""
    event.listen(Engine, "before_cursor_execute", _note)
