"""What a rule says no with, so that a table can hold the whole of it: the code, and the values of its sentence."""

from collections.abc import Callable
from typing import Any

from webapp.domain.refusal import Refused

No = tuple[str, dict[str, Any]]


def no(code: str, **facts: Any) -> No:
    """A refusal as a table writes it."""
    return code, facts


def refusal_of(rule: Callable[..., Any], *given: Any, **named: Any) -> No | None:
    """The refusal of a rule that is asked this, to be compared with `no`; None where it refuses nothing."""
    try:
        rule(*given, **named)
    except Refused as refused:
        return refused.code, refused.facts
    return None
