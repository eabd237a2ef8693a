"""Events, where somebody stands with them, and their own places."""

from webapp.views.participant.places import (
    answers,
    enrollment,
    event_head,
    event_row,
    events,
    former_address,
    guest,
    invitation,
    kept_blocks,
    leaving,
    my_events,
    pass_code,
    passes,
    picture,
    why,
)

__all__ = [
    "answers",
    "enrollment",
    "event_head",
    "event_row",
    "events",
    "former_address",
    "guest",
    "invitation",
    "kept_blocks",
    "leaving",
    "my_events",
    "pass_code",
    "passes",
    "picture",
    "why",
]
