"""A sentence of a table that speaks of a number of things, so that each language has its own plural forms."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.languages.words import ngettext


@dataclass(frozen=True, slots=True)
class Counted:
    """The number is the fact `by`, and stands in both forms as {n}; other facts stand there by their names."""

    by: str
    one: str
    many: str

    def say(self, n: int, known: Mapping[str, str]) -> str:
        """The form for that number in the reader's language."""
        return ngettext(self.one, self.many, n, **known)
