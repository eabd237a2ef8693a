"""People by what they answered to a question: everybody with one answer, with some answer, or with none."""

from dataclasses import dataclass
from enum import StrEnum


class Which(StrEnum):
    """What a filter asks of the answers to one question."""

    IS = "is"
    GIVEN = "given"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class AnswerFilter:
    """Everybody with this answer to a question, with some answer, or with none. `value`: for the first."""

    question_id: int
    which: Which
    value: str = ""

    def __str__(self) -> str:
        return f"{self.question_id}.{self.which}" + (f".{self.value}" if self.which is Which.IS else "")
