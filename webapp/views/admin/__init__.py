"""The organizer's pages: events, their people, corrections, rehearsal, trail, exports, job runs."""

from webapp.views.admin import (
    audit,
    enrollments,
    event_deletion,
    event_form,
    events,
    export,
    jobs,
    organization,
    override,
    person,
    rehearsal,
    responses,
)
from webapp.views.admin.blueprint import blueprint

__all__ = [
    "audit",
    "blueprint",
    "enrollments",
    "event_deletion",
    "event_form",
    "events",
    "export",
    "jobs",
    "organization",
    "override",
    "person",
    "rehearsal",
    "responses",
]
