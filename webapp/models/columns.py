"""Column types and checks that every table shares."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ColumnElement, DateTime, Float, Index, Integer, Numeric, text
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.types import TypeDecorator

#: 64-bit ids; SQLite only counts up by itself on INTEGER.
BigId = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant on both databases. A naive datetime is a bug and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("naive datetime: instants are aware UTC")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        # A page reads hundreds of them, and PostgreSQL's driver makes them aware by itself.
        return _in_utc if dialect.name == "postgresql" else super().result_processor(dialect, coltype)


def _in_utc(value: datetime | None) -> datetime | None:
    return value if value is None or value.tzinfo is UTC else value.astimezone(UTC)


class Percentage(TypeDecorator[Decimal]):
    """0 to 100 with two decimals, the same Decimal on both databases: SQLite only has floating numbers."""

    impl = Numeric(5, 2).with_variant(Float(), "sqlite")
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | float | None:
        return float(value) if dialect.name == "sqlite" and value is not None else value

    def process_result_value(self, value: Decimal | float | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(str(value)).quantize(Decimal("0.01"))


class StatusScope(hybrid_property[bool]):
    """Whether a row has one of these statuses: of a row in hand, and as a condition in a statement.

    The groups themselves are the domain's; a statement names them by this, so that each is said once.
    """

    def __init__(self, statuses: Iterable[str]) -> None:
        group = tuple(sorted(statuses))

        def of_row(row: Any) -> bool:
            return row.status in group

        def in_statement(table: Any) -> ColumnElement[bool]:
            return table.status == group[0] if len(group) == 1 else table.status.in_(group)

        super().__init__(of_row, expr=in_statement)

    def __set_name__(self, owner: type, name: str) -> None:
        self.__name__ = name


def one_of(column: str, values: Iterable[str], name: str) -> CheckConstraint:
    """A check that the column holds one of these words."""
    words = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({words})", name=name)


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of the rows that fulfil a condition: the others cost nothing, and may repeat themselves."""
    condition = text(where)
    return Index(name, *columns, unique=unique, postgresql_where=condition, sqlite_where=condition)
