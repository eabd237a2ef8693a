"""The organizer's pages: where they start, events, their people, corrections, rehearsal, trail, exports, job runs."""

from webapp.views.admin import (
    class_people,
    events,
    frame_code,
    mailings,
    online,
    organizations,
    people,
    preview,
    programs,
    questions,
    rail,
    roll_call,
    start,
    work,
)
from webapp.views.admin.blueprint import blueprint

__all__ = [
    "blueprint",
    "class_people",
    "events",
    "frame_code",
    "mailings",
    "online",
    "organizations",
    "people",
    "preview",
    "programs",
    "questions",
    "rail",
    "roll_call",
    "start",
    "work",
]
