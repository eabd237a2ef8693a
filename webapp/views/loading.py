"""Loading is authorising: what an actor may not see is not found, with no hint that it exists."""

from sqlalchemy import Row

from webapp.domain.desk.check_in import desk_actor
from webapp.domain.permission import Actor, Permission
from webapp.domain.questions.question import SeenBy, seen_levels
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.queries.classes.facility_people import facility_by_id
from webapp.queries.classes.program_class import ClassFacts, class_by_id
from webapp.queries.classes.teaching import teaches
from webapp.queries.events.event import EventFacts, event_by_id
from webapp.queries.events.series import SeriesFacts, series_by_id
from webapp.views.current_actor import current_actor, current_helper
from webapp.views.guards import the_actor


def may(permission: Permission, facts: EventFacts | ClassFacts) -> bool:
    """Whether the signed-in person may do that with this event or class; who teaches a class is asked if it matters."""
    actor, where = the_actor(), (facts.organization_id, facts.facility_id)
    if actor.can(permission, *where):
        return True
    return (
        isinstance(facts, ClassFacts)
        and actor.can(permission, *where, teaches=True)
        and teaches(db.session(), actor.user_id, facts.id)
    )


def load_staff_event(event_id: int, permission: Permission) -> EventFacts:
    """An event of an organization in which the actor has the permission, or `not_found`."""
    event = event_by_id(event_id)
    if event is None or not may(permission, event):
        raise Refused("not_found")
    return event


def load_staff_series(series_id: int, permission: Permission) -> SeriesFacts:
    """A series of an organization in which the actor has the permission, or `not_found`."""
    series = series_by_id(series_id)
    if series is None or not the_actor().can(permission, series.organization_id, series.facility_id):
        raise Refused("not_found")
    return series


def load_staff_class(class_id: int, permission: Permission) -> ClassFacts:
    """A class of an organization in which the actor has the permission, or `not_found`."""
    facts = class_by_id(class_id)
    if facts is None or not may(permission, facts):
        raise Refused("not_found")
    return facts


def load_facility(facility_id: int, permission: Permission) -> Row:
    """A facility of an organization in which the actor has the permission, or `not_found`."""
    facility = facility_by_id(facility_id)
    if facility is None or not the_actor().can(permission, facility.organization_id, facility.id):
        raise Refused("not_found")
    return facility


def load_desk(event_id: int) -> tuple[EventFacts, Actor]:
    """An event whose desk this person or helper may run, and who acts; or `not_found`."""
    event = event_by_id(event_id)
    if event is None:
        raise Refused("not_found")
    return event, desk_actor(desk_people(), event.id, event.organization_id, event.facility_id)


def desk_people() -> list[Actor]:
    """Who may be acting at a desk: the signed-in person, the helper of this browser, or both."""
    return [actor for actor in (current_actor(), current_helper()) if actor is not None]


def answer_levels(event: EventFacts) -> frozenset[SeenBy]:
    """The questions of this event whose answers the signed-in person may read."""
    actor, where = the_actor(), (event.organization_id, event.facility_id)
    return seen_levels(
        manages=actor.can(Permission.MANAGE_EVENTS, *where),
        runs_desk=actor.can(Permission.RUN_DESK, *where),
        teaches=actor.can(Permission.CALL_ROLL, *where, teaches=True),
    )


def load_answers_event(event_id: int) -> tuple[EventFacts, frozenset[SeenBy]]:
    """An event of which the actor may read answers, and which; or `not_found`."""
    event = event_by_id(event_id)
    levels = answer_levels(event) if event is not None else frozenset()
    if event is None or not levels:
        raise Refused("not_found")
    return event, levels
