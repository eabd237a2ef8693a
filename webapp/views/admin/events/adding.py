"""Adding people to an event by name."""

from functools import partial
from typing import Any

from flask import url_for

from webapp.domain.permission import Permission
from webapp.queries.events.event import EventFacts
from webapp.services.places.adding import add_people, rehearse_adding
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.people.adding import Adding, answer, start_page
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_event


@blueprint.get("/events/<id:event_id>/people/add")
@staff(Permission.GIVE_PLACE)
def add_event_people(event_id: int) -> Any:
    """Ask whom: one person, or many lines."""
    return start_page(_adding(load_staff_event(event_id, Permission.GIVE_PLACE)))


@blueprint.post("/events/<id:event_id>/people/add")
@staff(Permission.GIVE_PLACE)
def confirm_adding_event_people(event_id: int) -> Any:
    """Show what would happen, or do it if it was seen."""
    return answer(_adding(load_staff_event(event_id, Permission.GIVE_PLACE)))


def _adding(event: EventFacts) -> Adding:
    now, actor = request_time.now(), the_actor()
    return Adding(
        template="admin/events/enrollments/add.html",
        values={"event": event},
        capacity=event.capacity,
        taken=event.seats_taken,
        can_wait=event.has_waitlist and event.capacity is not None and now < event.starts_at,
        rehearse=partial(rehearse_adding, event_id=event.id, now=now),
        add=partial(add_people, event_id=event.id, actor=actor, by=actor.acts_as(event.organization_id), now=now),
        back=url_for("admin.enrollments", event_id=event.id),
    )
