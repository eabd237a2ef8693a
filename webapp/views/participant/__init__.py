"""What a participant sees: events, where they stand, their own events, their passes, their settings."""

from webapp.views.participant import (
    access,
    appeals,
    asking,
    classes,
    discovery,
    notifications,
    organizations,
    parties,
    people,
    places,
    series,
    session_join,
    waitlist,
)
from webapp.views.participant.blueprint import blueprint

__all__ = [
    "access",
    "appeals",
    "asking",
    "blueprint",
    "classes",
    "discovery",
    "notifications",
    "organizations",
    "parties",
    "people",
    "places",
    "series",
    "session_join",
    "waitlist",
]
