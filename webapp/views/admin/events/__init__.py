"""Events: their form, their people and outcomes, the trail, the answers."""

from webapp.views.admin.events import (
    audit,
    enrollments,
    event_deletion,
    event_form,
    events,
    export,
    override,
    person,
    rehearsal,
    responses,
    settling,
)

__all__ = [
    "audit",
    "enrollments",
    "event_deletion",
    "event_form",
    "events",
    "export",
    "override",
    "person",
    "rehearsal",
    "responses",
    "settling",
]
