"""The only place where tests wait: for a state, with a time limit, never for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def eventually(look: Callable[[], Found], timeout: float = 10.0, *, every: float = 0.02) -> Found:
    """The first truthy answer of `look`. An assertion that fails inside it means "not yet"."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            answer, failure = look(), None
        except AssertionError as error:
            answer, failure = None, error
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise failure or AssertionError(f"not within {timeout} s; the last answer was {answer!r}")
        time.sleep(every)
