"""What the form of an event sends, and the event that it made."""

from sqlalchemy import select

from tests.support.worlds.world import NOON
from webapp.models import Event, EventPolicy
from webapp.services.places.enrollment import enroll


def made(session) -> tuple[Event, EventPolicy]:
    session.rollback()
    event = session.scalars(select(Event)).one()
    return event, session.get_one(EventPolicy, event.id)


def form_of(browser, event_id, **changes):
    """The edit form as it is opened now, with these changes typed into it."""
    page = browser.get(f"/admin/events/{event_id}/edit")
    sent = {}
    form = next(one for one in page.tree.iter("form") if one.get("action") == f"/admin/events/{event_id}/edit")
    for one in form.iter():
        name, kind = one.get("name"), one.get("type")
        if one.tag == "input" and name and not (kind in {"radio", "checkbox"} and one.get("checked") is None):
            sent[name] = one.get("value", "")
        elif one.tag == "textarea":
            sent[name] = "".join(one.itertext())
        elif one.tag == "select":
            sent[name] = next(o.get("value") for o in one.iter("option") if o.get("selected") is not None)
    return {**sent, **changes}


def full_event(world, app, *, capacity=2, waiting=3):
    event_id = world.event(capacity=capacity)
    people = world.people(capacity + waiting)
    with app.app_context():
        for user_id in people:
            enroll(event_id=event_id, user_id=user_id, actor=world.actor(user_id), now=NOON)
    return event_id, people
