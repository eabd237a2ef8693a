"""A text that is rendered once, with gaps for what it says to one person alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from webapp.services.insertion import Filled


@dataclass(frozen=True, slots=True)
class Gapped:
    """The text around its gaps, and what stands in each."""

    parts: tuple[str, ...]
    gaps: tuple[str, ...]

    @classmethod
    def split(cls, text: str, marks: Mapping[str, str]) -> "Gapped":
        """Cut a text at its marks, each of which stands for the words so named."""
        pieces = re.split(f"({'|'.join(map(re.escape, marks))})", text)
        return cls(tuple(pieces[::2]), tuple(marks[mark] for mark in pieces[1::2]))

    def filled(self, words: Mapping[str, str]) -> Filled:
        """The text for one person."""
        return Filled(self.parts, tuple([words[gap] for gap in self.gaps]))
