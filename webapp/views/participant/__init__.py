"""What a participant sees: events, where they stand, their own events, their passes, their settings."""

from webapp.views.participant import (
    answer_words,
    events,
    feedback,
    leaving,
    my_events,
    notifications,
    organization_logo,
    passes,
    preferences,
    prompts,
    settings,
    standing,
    why,
)
from webapp.views.participant.blueprint import blueprint

__all__ = [
    "answer_words",
    "blueprint",
    "events",
    "feedback",
    "leaving",
    "my_events",
    "notifications",
    "organization_logo",
    "passes",
    "preferences",
    "prompts",
    "settings",
    "standing",
    "why",
]
