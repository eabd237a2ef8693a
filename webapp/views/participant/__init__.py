"""What a participant sees: events, where they stand, their own events, their passes, their settings."""

from webapp.views.participant import (
    asking,
    classes,
    discovery,
    notifications,
    organizations,
    people,
    places,
    session_join,
    waitlist,
)
from webapp.views.participant.blueprint import blueprint

__all__ = [
    "asking",
    "blueprint",
    "classes",
    "discovery",
    "notifications",
    "organizations",
    "people",
    "places",
    "session_join",
    "waitlist",
]
