"""Deleting an event, after its title was typed."""

from dataclasses import dataclass, field

from flask import flash, request, url_for

from webapp import clock
from webapp.domain.event_deletion import require_deletable
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.queries.events.admin_events import event_numbers
from webapp.queries.events.event import EventFacts, organization_of_deleted
from webapp.services.events.event_deletion import delete_event
from webapp.views.admin.blueprint import blueprint
from webapp.views.errors import status_of
from webapp.views.form_input import one_field
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_event
from webapp.views.responses import done, render
from webapp.views.wording import refusal_sentence

_ABOUT_THE_FIELD = {"title_missing", "title_differs"}


@dataclass
class _TitleForm:
    title: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    refusal: str | None = None


def _load(event_id: int) -> EventFacts:
    """The event, for an admin of its organization; its organizers are told no (`forbidden`)."""
    event = load_staff_event(event_id, Permission.VIEW_ROSTER)
    if not the_actor().can(Permission.DELETE_EVENTS, event.organization_id):
        raise Refused("forbidden")
    return event


@blueprint.get("/events/<id:event_id>/delete")
@staff(Permission.DELETE_EVENTS)
def delete(event_id: int):
    """Say what deleting does, and ask for the title."""
    event, form = _load(event_id), _TitleForm()
    try:
        require_deletable(event.status)
    except Refused as refused:
        form.refusal = refusal_sentence(refused.code)
        return _page(event, form, status_of(refused))
    return _page(event, form)


@blueprint.post("/events/<id:event_id>/delete")
@staff(Permission.DELETE_EVENTS)
def confirm_delete(event_id: int):
    """Delete it; a second press of the button is told the same."""
    if the_actor().can(Permission.DELETE_EVENTS, organization_of_deleted(event_id) or 0):
        return _done("The event is deleted.")
    event = _load(event_id)
    form = _TitleForm(one_field("title"))
    try:
        delete_event(event_id=event_id, typed_title=form.title, actor=the_actor(), now=clock.now())
    except Refused as refused:
        if refused.code == "not_found":  # the other of two presses was faster
            return _done("The event is deleted.")
        sentence = refusal_sentence(refused.code, **refused.facts)
        if refused.code in _ABOUT_THE_FIELD:
            form.errors["title"] = sentence
        else:
            form.refusal = sentence
        return _page(event, form, status_of(refused))
    return _done(f"“{event.title}” is deleted.")


def _done(words: str):
    flash(words)
    return done(url_for("admin.events"))


def _page(event: EventFacts, form: _TitleForm, status: int = 200):
    return render(
        "admin/delete.html", "admin/_delete.html", status=status, event=event, form=form,
        numbers=event_numbers(event.id, event.days[0]), in_dialog=bool(request.htmx),
    )  # fmt: skip
