"""Adding people to a class by name, also those whom nobody knows yet."""

from functools import partial
from typing import Any

from flask import url_for

from webapp.domain.permission import Permission
from webapp.queries.classes.program_class import ClassFacts
from webapp.services.classes.people.adding import add_people_to_class, rehearse_adding_to_class
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.people.adding import Adding, answer, start_page
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_class


@blueprint.get("/classes/<id:class_id>/people/new")
@staff(Permission.MANAGE_CLASSES)
def add_class_people_by_name(class_id: int) -> Any:
    """Ask whom: one person, or many lines."""
    return start_page(_adding(load_staff_class(class_id, Permission.MANAGE_CLASSES)))


@blueprint.post("/classes/<id:class_id>/people/new")
@staff(Permission.MANAGE_CLASSES)
def confirm_adding_class_people(class_id: int) -> Any:
    """Show what would happen, or do it if it was seen."""
    return answer(_adding(load_staff_class(class_id, Permission.MANAGE_CLASSES)))


def _adding(facts: ClassFacts) -> Adding:
    now, actor = request_time.now(), the_actor()
    return Adding(
        template="admin/classes/people/add_by_name.html",
        values={"program_class": facts},
        capacity=facts.capacity,
        taken=facts.seats_taken,
        can_wait=facts.has_waitlist,
        rehearse=partial(rehearse_adding_to_class, class_id=facts.id, now=now),
        add=partial(
            add_people_to_class, class_id=facts.id, actor=actor, by=actor.acts_as(facts.organization_id), now=now
        ),
        back=url_for("admin.class_people", class_id=facts.id),
    )
