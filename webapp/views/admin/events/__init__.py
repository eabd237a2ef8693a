"""Events: their form, their people and outcomes, the trail, the answers."""

from webapp.views.admin.events import (
    adding,
    as_of,
    audit,
    copying,
    enrollments,
    event_deletion,
    event_form,
    events,
    export,
    invitations,
    outcomes,
    people_import,
    person,
    picture,
    responses,
    sharing,
)

__all__ = [
    "adding",
    "as_of",
    "audit",
    "copying",
    "enrollments",
    "event_deletion",
    "event_form",
    "events",
    "export",
    "invitations",
    "outcomes",
    "people_import",
    "person",
    "picture",
    "responses",
    "sharing",
]
