"""Deleting an event, after its title was typed."""

from flask import flash, url_for

from webapp.domain.events.event_deletion import require_deletable
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.events.event import EventFacts, organization_of_deleted
from webapp.queries.events.event_numbers import event_numbers
from webapp.services.events.event_deletion import delete_event
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.forms.form import Form, FormKind
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_event, may
from webapp.views.responses import done, small_form

_TITLE = FormKind(("title",), field_of={"title_missing": "title", "title_differs": "title"})


def _load(event_id: int) -> EventFacts:
    """The event, for an admin of its organization; its organizers are told no (`forbidden`)."""
    event = load_staff_event(event_id, Permission.VIEW_ROSTER)
    if not may(Permission.DELETE_EVENTS, event):
        raise Refused("forbidden")
    return event


@blueprint.get("/events/<id:event_id>/delete")
@staff(Permission.DELETE_EVENTS)
def delete(event_id: int):
    """Say what deleting does, and ask for the title."""
    event, form = _load(event_id), _TITLE.filled()
    form.check(lambda: require_deletable(event.status))
    return _page(event, form)


@blueprint.post("/events/<id:event_id>/delete")
@staff(Permission.DELETE_EVENTS)
def confirm_delete(event_id: int):
    """Delete it; a second press of the button is told the same."""
    if the_actor().can(Permission.DELETE_EVENTS, organization_of_deleted(event_id) or 0):
        return _done(gettext("The event has been deleted."))
    event = _load(event_id)
    form = _TITLE.sent()
    if form.is_refused:
        return _page(event, form)
    try:
        delete_event(event_id=event_id, typed_title=form.values["title"], actor=the_actor(), now=request_time.now())
    except Refused as refused:
        if refused.code == "not_found":  # the other of two presses was faster
            return _done(gettext("The event has been deleted."))
        form.refuse(refused)
        return _page(event, form)
    return _done(gettext("“{title}” has been deleted.", title=event.title))


def _done(words: str):
    flash(words)
    return done(url_for("admin.events"))


def _page(event: EventFacts, form: Form):
    return small_form("admin/events/delete", form, event=event, numbers=event_numbers(event.id, event.days[0]))
