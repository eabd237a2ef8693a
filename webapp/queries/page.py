"""Lists that are read a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Select

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


def cut(query: Select, number: int, size: int) -> Select:
    """The rows of that page."""
    return query.offset((number - 1) * size).limit(size)
