"""What an invariant is: a name, a sentence, and the statement that finds where it does not hold."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, Row, TextClause, bindparam, text
from sqlalchemy.orm import Session

from webapp.domain.event_days import event_days, known_timezones
from webapp.models.columns import UtcDateTime

#: Rows fetched at a time, so that a badly broken database does not fill the memory.
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where an invariant is broken; `ids` say where, `wrong` says what."""

    invariant: str
    wrong: str
    ids: Mapping[str, int]

    def as_dict(self) -> dict[str, object]:
        return {"invariant": self.invariant, **self.ids, "wrong": self.wrong}


@dataclass(frozen=True, slots=True)
class Invariant:
    """One statement that selects ids (`..._id` columns) and whatever the sentence names.

    `values` are bound to its parameters, a list to `IN :name`; `:now` is the instant of the audit.
    """

    name: str
    wrong: str
    sql: str
    values: Mapping[str, object] = field(default_factory=dict)

    def findings(self, session: Session, now: datetime) -> Iterator[Finding]:
        """Every row that breaks it. One statement, one snapshot."""
        values = {"now": now} if ":now" in self.sql else {}
        rows = session.execute(self._statement(), {**values, **self.values})
        for row in rows.yield_per(_CHUNK):
            yield finding(self.name, self.wrong, row._asdict())

    def _statement(self) -> TextClause:
        typed: list[BindParameter[Any]] = [
            bindparam(name, expanding=True) for name, value in self.values.items() if isinstance(value, list)
        ]
        if ":now" in self.sql:
            typed.append(bindparam("now", type_=UtcDateTime()))
        return text(self.sql).bindparams(*typed)


@dataclass(frozen=True, slots=True)
class ComputedInvariant:
    """One that needs a rule in Python (zones, days): `search` yields the rows that break it."""

    name: str
    wrong: str
    search: Callable[[Session], Iterable[Mapping[str, object]]]

    def findings(self, session: Session, now: datetime) -> Iterator[Finding]:
        for row in self.search(session):
            yield finding(self.name, self.wrong, row)


@dataclass(frozen=True, slots=True)
class TimedInvariant:
    """The same of one that depends on the instant of the audit."""

    name: str
    wrong: str
    search: Callable[[Session, datetime], Iterable[Mapping[str, object]]]

    def findings(self, session: Session, now: datetime) -> Iterator[Finding]:
        for row in self.search(session, now):
            yield finding(self.name, self.wrong, row)


def finding(name: str, wrong: str, row: Mapping[str, Any]) -> Finding:
    ids = {column: value for column, value in row.items() if column.endswith("_id") and value is not None}
    return Finding(name, wrong.format(**row), ids)


def days_of(row: Row) -> tuple[date, ...]:
    """The days of an event's row; none where its timezone is unknown (`timezone_known` tells that)."""
    if row.timezone not in known_timezones():
        return ()
    return event_days(row.starts_at, row.ends_at, row.timezone)
