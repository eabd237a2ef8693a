"""The organizer's pages: events, their people, corrections, rehearsal, trail, exports, job runs."""

from webapp.views.admin import (
    class_people,
    events,
    frame_code,
    online,
    organizations,
    people,
    preview,
    programs,
    rail,
    roll_call,
    work,
)
from webapp.views.admin.blueprint import blueprint

__all__ = [
    "blueprint",
    "class_people",
    "events",
    "frame_code",
    "online",
    "organizations",
    "people",
    "preview",
    "programs",
    "rail",
    "roll_call",
    "work",
]
