"""An expected "no", with a code that a page turns into one sentence."""

from typing import Any


class Refused(Exception):
    """A rule said no. Nothing may be written after this is raised.

    `code` names the rule (`event_full`, `deadline_passed`, ...); `facts` are the
    values a sentence about it needs.
    """

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
