"""A person's own answer: was I there? It never changes evidence, measurement or outcome."""

from enum import StrEnum


class Answer(StrEnum):
    """`unknown` is recorded for a person who was asked and stayed silent; nobody can send it."""

    ATTENDED = "attended"
    PARTIAL = "partial"
    NOT_ATTENDED = "not_attended"
    UNKNOWN = "unknown"
