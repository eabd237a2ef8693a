"""What a participant sees: events, where they stand, their own events, their passes, their settings."""

from webapp.views.participant import (
    answer_words,
    events,
    leaving,
    my_events,
    notifications,
    organization_logo,
    passes,
    preferences,
    settings,
    standing,
    why,
)
from webapp.views.participant.blueprint import blueprint

__all__ = [
    "answer_words",
    "blueprint",
    "events",
    "leaving",
    "my_events",
    "notifications",
    "organization_logo",
    "passes",
    "preferences",
    "settings",
    "standing",
    "why",
]
