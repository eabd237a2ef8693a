"""Events: their form, their people and outcomes, the trail, the answers."""

from webapp.views.admin.events import (
    adding,
    audit,
    enrollments,
    event_deletion,
    event_form,
    events,
    export,
    invitations,
    override,
    people_import,
    person,
    picture,
    rehearsal,
    responses,
    settling,
    sharing,
)

__all__ = [
    "adding",
    "audit",
    "enrollments",
    "event_deletion",
    "event_form",
    "events",
    "export",
    "invitations",
    "override",
    "people_import",
    "person",
    "picture",
    "rehearsal",
    "responses",
    "settling",
    "sharing",
]
