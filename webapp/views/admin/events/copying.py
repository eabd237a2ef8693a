"""Copying an event, and keeping it as a template to copy it again."""

import secrets
from datetime import datetime

from flask import flash, request, url_for

from webapp.domain.event_days import moved_along
from webapp.domain.events.copying import copied_draft, proposed_start
from webapp.domain.events.event_draft import parse_wall_time
from webapp.domain.online.meeting_session import times_after_move
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.languages.words import N_, gettext
from webapp.queries.events.admin_events import list_events
from webapp.queries.events.copying import sessions_to_copy, template_name, templates_within
from webapp.queries.events.event import EventFacts
from webapp.services.events.copying import copy_event
from webapp.services.events.template import keep_as_template, remove_template
from webapp.views import request_time
from webapp.views.admin.address import neighbours, query_words
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.events.event_sentences import SENTENCES
from webapp.views.forms.clock_words import local_text
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import line
from webapp.views.forms.sent import sent_request_id
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_event
from webapp.views.paging import page_number
from webapp.views.responses import flash_with_notes, render, see_other

NAME_LIMIT = 120
_COPY = FormKind(("starts_at",), sentences=SENTENCES, field_of={"already_saved": ""}, otherwise="starts_at")
_TEMPLATE = FormKind(
    ("name",),
    sentences={
        ("name", "text_missing"): N_("Enter a name for the template"),
        ("name", "text_too_long"): N_("Shorten the name to {limit} characters"),
        ("name", "text_broken"): N_("Remove line breaks and characters that can’t be displayed from the name"),
    },
)


@blueprint.get("/events/new/from")
@staff(Permission.MANAGE_EVENTS)
def copy_sources():
    """What a new event can be a copy of: the templates, and any event, found by its title."""
    reach, query = the_actor().reach(Permission.MANAGE_EVENTS), query_words()
    found = list_events(reach, now=request_time.now(), query=query, page=page_number())
    return render(
        "admin/events/copying/sources.html",
        "admin/events/copying/_events.html",
        templates=templates_within(reach),
        found=found,
        query=query,
        **neighbours(found, lambda page: url_for("admin.copy_sources", q=query or None, page=page)),
    )


@blueprint.get("/events/<id:event_id>/copy")
@staff(Permission.MANAGE_EVENTS)
def copying(event_id: int):
    """Ask when the copy starts; what moves with it is shown, also while the start is typed."""
    event = load_staff_event(event_id, Permission.MANAGE_EVENTS)
    proposed = local_text(proposed_start(event, request_time.now()), event.timezone)
    form = _COPY.filled({"starts_at": request.args.get("starts_at") or proposed})
    return _page(event, form, secrets.token_hex(16))


@blueprint.post("/events/<id:event_id>/copy")
@staff(Permission.MANAGE_EVENTS)
def copy(event_id: int):
    """Make the copy, a draft, and go there."""
    event, request_id = load_staff_event(event_id, Permission.MANAGE_EVENTS), sent_request_id()
    form = _COPY.sent()
    starts_at = form.read_instant("starts_at", event.timezone)
    if form.is_refused:
        return _page(event, form, request_id)
    try:
        copy_id = copy_event(
            event_id=event_id, starts_at=starts_at, actor=the_actor(), request_id=request_id, now=request_time.now()
        )
    except Refused as refused:
        form.refuse(refused)
        return _page(event, form, request_id, saved_id=refused.facts.get("event_id"))
    flash_with_notes(form, gettext("Copied as a draft. No one can see it until you publish it."))
    return see_other(url_for("admin.event", event_id=copy_id))


@blueprint.post("/events/<id:event_id>/template")
@staff(Permission.MANAGE_EVENTS)
def keep_template(event_id: int):
    """Keep the event as a template, or name the template anew."""
    event, form = load_staff_event(event_id, Permission.MANAGE_EVENTS), _TEMPLATE.sent()
    name = form.read("name", line(NAME_LIMIT))
    is_new = form.check(lambda: keep_as_template(event_id=event_id, name=name, now=request_time.now()))
    if form.is_refused:
        start = local_text(proposed_start(event, request_time.now()), event.timezone)
        return _page(event, _COPY.filled({"starts_at": start}), secrets.token_hex(16), template=form)
    flash(gettext("Kept as a template. You’ll find it under New event.") if is_new else gettext("Saved."))
    return see_other(url_for("admin.copying", event_id=event_id))


@blueprint.post("/events/<id:event_id>/template/remove")
@staff(Permission.MANAGE_EVENTS)
def drop_template(event_id: int):
    """It is no template any more; the event stays."""
    load_staff_event(event_id, Permission.MANAGE_EVENTS)
    remove_template(event_id=event_id)
    flash(gettext("The template was removed. The event stays as it is."))
    return see_other(url_for("admin.copying", event_id=event_id))


def _page(event: EventFacts, form: Form, request_id: str, *, template: Form | None = None, saved_id: object = None):
    name = template_name(event.id)
    template = template or _TEMPLATE.filled({"name": name or event.title[:NAME_LIMIT]})
    return render(
        "admin/events/copying/copy.html",
        "admin/events/copying/_moved.html",
        max(form.status, template.status),
        event=event,
        form=form,
        request_id=request_id,
        template=template,
        is_template=name is not None,
        name_limit=NAME_LIMIT,
        moved=_moved(event, form.values["starts_at"]),
        saved_id=saved_id,
    )


def _moved(event: EventFacts, typed: str) -> list[tuple[str, datetime, datetime]]:
    """Each time of the event with what it becomes; nothing while the start cannot be read."""
    try:
        draft = copied_draft(event, parse_wall_time(typed, event.timezone)[0])
        sessions = [(one, times_after_move(one, event, draft)[0]) for one in sessions_to_copy(db.session(), event.id)]
    except Refused:
        return []
    words = {
        "starts_at": gettext("Start"),
        "ends_at": gettext("End"),
        "opens_at": gettext("Enrollment opens"),
        "closes_at": gettext("Enrollment closes"),
    }
    times = [(said, getattr(event, name), getattr(draft, name)) for name, said in words.items()]
    if event.answers_due_at is not None:
        times.append((gettext("Answer by"), event.answers_due_at, moved_along(event.answers_due_at, event, draft)))
    times += [(gettext("Session: {title}", title=one.title), one.starts_at, at) for one, at in sessions]
    return [(said, before, after) for said, before, after in times if before is not None]
