"""Lists that are read a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, SQLColumnExpression

#: The order of a list: columns, and whether each runs downwards. The last one is different in every row.
Order = Sequence[tuple[SQLColumnExpression[Any], bool]]

Item = TypeVar("Item")
Show = TypeVar("Show")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """The rows of one page. `number` counts pages from 1, `total` the rows of all of them."""

    rows: Sequence[Item]
    total: int
    number: int
    size: int

    @property
    def first(self) -> int:
        """The number of the first row on this page, from 1."""
        return (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @property
    def has_next(self) -> bool:
        return self.number * self.size < self.total


@dataclass(frozen=True, slots=True)
class FilteredPage(Page[Item], Generic[Item, Show]):
    """One filter's page. `counts` are the rows behind each filter, `matching` those behind none."""

    counts: Mapping[Show, int]
    matching: int


def nearest_page(number: int, *, total: int, size: int) -> int:
    """That page, or the last one where there are fewer."""
    return max(1, min(number, -(-total // size)))


def in_order(query: Select, order: Order, *, backwards: bool = False) -> Select:
    """The rows in that order, or in the opposite one."""
    return query.order_by(*(column.desc() if down != backwards else column.asc() for column, down in order))


def cut_in_order(query: Select, order: Order, number: int, *, total: int, size: int) -> Select:
    """The rows of that page of `total` rows in all, found from the end that is nearer.

    So the last page costs no more than the first. Who asks puts the rows of the page in order once more.
    """
    before = (number - 1) * size
    behind = max(total - before - size, 0)
    if behind >= before:
        return in_order(query, order).offset(before).limit(size)
    return in_order(query, order, backwards=True).offset(behind).limit(min(size, max(total - before, 0)))


def cut(query: Select, number: int, size: int) -> Select:
    """The rows of that page."""
    return query.offset((number - 1) * size).limit(size)
