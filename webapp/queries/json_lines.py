"""Lists of rows as JSON with a line for each row, so that it can be read by eye and by `grep`, too."""

import json
from collections.abc import Iterable, Iterator
from typing import Any


def dumped(value: object) -> str:
    """As JSON, with letters as they are; what JSON does not know in words."""
    return json.dumps(value, ensure_ascii=False, default=str)


def named_lists(lists: Iterable[tuple[str, Iterable[Any]]]) -> Iterator[str]:
    """The rest of an object that has begun: a list for each name, and its end."""
    for name, rows in lists:
        yield f",\n{dumped(name)}: ["
        for number, row in enumerate(rows):
            yield ("," if number else "") + "\n" + dumped(row)
        yield "\n]"
    yield "\n}\n"
