"""Prompts, answers, feedback, reminders."""

from webapp.views.participant.asking import (
    answer_words,
    feedback,
    prompts,
    reminders,
)

__all__ = [
    "answer_words",
    "feedback",
    "prompts",
    "reminders",
]
