"""The online sessions of an event: the list, planning one or a series, changing and calling off."""

import secrets
from typing import Any

from flask import flash, url_for

from webapp.domain.event_life import FROZEN, EventStatus
from webapp.domain.online.meeting_session import SessionState
from webapp.domain.online.session_kind import KINDS
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext, ngettext
from webapp.queries.events.event import EventFacts
from webapp.queries.online.meeting_session import session_row, sessions_of_event
from webapp.services.online.meeting_session import cancel_session, create_sessions, edit_session
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.online.session_fields import SESSION, draft_of, drafts_of, filled, new_form
from webapp.views.forms.form import Form
from webapp.views.forms.reason import SURE, read_sure
from webapp.views.forms.sent import sent_request_id
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_event, may
from webapp.views.presence_picture import instant_of
from webapp.views.responses import done, flash_with_notes, render, see_other, small_form
from webapp.views.words import session_words as words

for _write in (
    words.guest_times,
    instant_of,
    words.kind_of,
    words.kind_options,
    words.people_options,
    words.presence_words,
    words.report_choices,
    words.rule_sentence,
    words.session_state_words,
):
    blueprint.add_app_template_global(_write)


def _load(session_id: int) -> tuple[Any, EventFacts]:
    """A session (a row) of an event that the actor manages, or `not_found`; a class's is changed with the class."""
    session = session_row(session_id)
    if session is None or session.event_id is None:
        raise Refused("not_found")
    return session, load_staff_event(session.event_id, Permission.MANAGE_EVENTS)


@blueprint.get("/events/<id:event_id>/sessions")
@staff(Permission.VIEW_ROSTER)
def sessions(event_id: int):
    """All of them in order of time, with their state and result in words."""
    event = load_staff_event(event_id, Permission.VIEW_ROSTER)
    listed = sessions_of_event(event_id, is_called_off=event.status == EventStatus.CANCELLED)
    return render(
        "admin/online/sessions.html",
        "admin/online/sessions.html",
        event=event,
        sessions=listed,
        can_plan=_can_plan(event),
        State=SessionState,
    )


@blueprint.get("/events/<id:event_id>/sessions/new")
@staff(Permission.MANAGE_EVENTS)
def new_session(event_id: int):
    """An empty form."""
    event = load_staff_event(event_id, Permission.MANAGE_EVENTS)
    return _form_page(event, new_form(event), request_id=secrets.token_hex(16))


@blueprint.post("/events/<id:event_id>/sessions/new")
@staff(Permission.MANAGE_EVENTS)
def plan_sessions(event_id: int):
    """Plan one session or a series; sent twice it is planned once."""
    event = load_staff_event(event_id, Permission.MANAGE_EVENTS)
    request_id, fields = sent_request_id(), SESSION.sent()
    drafts = drafts_of(fields, event)
    if drafts is None:
        return _form_page(event, fields, request_id=request_id)
    try:
        made = create_sessions(
            event_id=event_id, drafts=drafts, actor=the_actor(), request_id=request_id, now=request_time.now()
        )
    except Refused as refused:
        fields.refuse(refused)
        return _form_page(event, fields, request_id=request_id)
    flash_with_notes(fields, ngettext("{n} session is planned.", "{n} sessions are planned.", len(made)))
    return see_other(url_for("admin.sessions", event_id=event_id))


@blueprint.get("/sessions/<id:session_id>/edit")
@staff(Permission.MANAGE_EVENTS)
def edit_session_form(session_id: int):
    """The form of a session as it is now."""
    session, event = _load(session_id)
    return _form_page(event, filled(session, event), session=session)


@blueprint.post("/sessions/<id:session_id>/edit")
@staff(Permission.MANAGE_EVENTS)
def save_session(session_id: int):
    """Save the form, while the session has not begun."""
    session, event = _load(session_id)
    fields = SESSION.sent()
    fields.require_version()
    draft = draft_of(fields, event, session)
    if draft is None or fields.version is None:
        return _form_page(event, fields, session=session)
    try:
        edit_session(session_id=session_id, draft=draft, expected_version=fields.version, now=request_time.now())
    except Refused as refused:
        fields.refuse(refused)
        return _form_page(event, fields, session=session)
    flash_with_notes(fields, gettext("Saved."))
    return see_other(url_for("admin.sessions", event_id=event.id))


@blueprint.get("/sessions/<id:session_id>/cancel")
@staff(Permission.MANAGE_EVENTS)
def call_off_session(session_id: int):
    """Ask before a session is called off."""
    session, event = _load(session_id)
    return _call_off_page(session, event, SURE.filled(version=session.version))


@blueprint.post("/sessions/<id:session_id>/cancel")
@staff(Permission.MANAGE_EVENTS)
def confirm_call_off_session(session_id: int):
    """Call it off, while it has not begun."""
    session, event = _load(session_id)
    form = read_sure()
    form.check(
        lambda: cancel_session(
            session_id=session_id, actor=the_actor(), expected_version=form.version or 0, now=request_time.now()
        ),
        version=session.version,
    )
    if form.is_refused:
        return _call_off_page(session, event, form)
    flash(gettext("The session has been called off."))
    return done(url_for("admin.sessions", event_id=event.id))


def _can_plan(event: EventFacts) -> bool:
    is_open = event.status not in FROZEN
    return is_open and may(Permission.MANAGE_EVENTS, event)


def _form_page(event: EventFacts, fields: Form, *, session: Any = None, request_id: str | None = None):
    return render(
        "admin/online/session_form.html",
        "admin/online/session_form.html",
        fields.status,
        event=event,
        fields=fields,
        session=session,
        request_id=request_id,
        kinds=KINDS.values(),
    )


def _call_off_page(session: Any, event: EventFacts, form: Form):
    return small_form("admin/online/session_call_off", form, session=session, event=event)
