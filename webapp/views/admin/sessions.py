"""The online sessions of an event: the list, planning one or a series, changing and calling off."""

import secrets
from typing import Any

from flask import flash, request, url_for

from webapp import clock
from webapp.domain.meeting_session import SessionState
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.domain.request_id import require_request_id
from webapp.domain.session_kind import KINDS
from webapp.queries.events.event import EventFacts
from webapp.queries.online.meeting_session import session_row, sessions_of_event
from webapp.services.online.meeting_session import cancel_session, create_sessions, edit_session
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.reason import ReasonForm, whole_or_none
from webapp.views.admin.session_fields import (
    SessionFields,
    draft_of,
    drafts_of,
    fields_of,
    new_fields,
    read_fields,
)
from webapp.views.errors import status_of
from webapp.views.formatting import plural
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_event
from webapp.views.presence_picture import instant_of
from webapp.views.responses import done, render, see_other
from webapp.views.session_words import (
    guest_times,
    kind_of,
    kind_options,
    people_options,
    presence_words,
    rule_sentence,
    session_state_words,
)
from webapp.views.wording import refusal_sentence

for _write in (
    guest_times, instant_of, kind_of, kind_options, people_options, presence_words, rule_sentence,
    session_state_words,
):  # fmt: skip
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
    listed = sessions_of_event(event_id, is_called_off=event.status == "cancelled")
    return render(
        "admin/sessions.html", "admin/sessions.html", event=event, sessions=listed, can_plan=_can_plan(event),
        State=SessionState,
    )  # fmt: skip


@blueprint.get("/events/<id:event_id>/sessions/new")
@staff(Permission.MANAGE_EVENTS)
def new_session(event_id: int):
    """An empty form."""
    event = load_staff_event(event_id, Permission.MANAGE_EVENTS)
    return _form_page(event, new_fields(event), request_id=secrets.token_hex(16))


@blueprint.post("/events/<id:event_id>/sessions/new")
@staff(Permission.MANAGE_EVENTS)
def plan_sessions(event_id: int):
    """Plan one session or a series; sent twice it is planned once."""
    event = load_staff_event(event_id, Permission.MANAGE_EVENTS)
    request_id = require_request_id(request.form.get("request_id"))
    fields = read_fields(request.form)
    drafts = drafts_of(fields, event)
    if drafts is None:
        return _form_page(event, fields, request_id=request_id, status=422)
    try:
        made = create_sessions(
            event_id=event_id, drafts=drafts, actor=the_actor(), request_id=request_id, now=clock.now()
        )
    except Refused as refused:
        return _refused(event, fields, refused, request_id=request_id)
    _say(fields, f"{plural(len(made), 'session is', 'sessions are')} planned.")
    return see_other(url_for("admin.sessions", event_id=event_id))


@blueprint.get("/sessions/<id:session_id>/edit")
@staff(Permission.MANAGE_EVENTS)
def edit_session_form(session_id: int):
    """The form of a session as it is now."""
    session, event = _load(session_id)
    return _form_page(event, fields_of(session, event), session=session)


@blueprint.post("/sessions/<id:session_id>/edit")
@staff(Permission.MANAGE_EVENTS)
def save_session(session_id: int):
    """Save the form, while the session has not begun."""
    session, event = _load(session_id)
    fields = read_fields(request.form)
    version = whole_or_none(request.form.get("version"))
    if version is None:
        fields.errors["version"] = "This page is too old. Look at your input and save again"
    draft = draft_of(fields, event, session)
    if draft is None or version is None:
        return _form_page(event, fields, session=session, status=422)
    try:
        edit_session(session_id=session_id, draft=draft, expected_version=version, now=clock.now())
    except Refused as refused:
        return _refused(event, fields, refused, session=session)
    _say(fields, "Saved.")
    return see_other(url_for("admin.sessions", event_id=event.id))


@blueprint.get("/sessions/<id:session_id>/cancel")
@staff(Permission.MANAGE_EVENTS)
def call_off_session(session_id: int):
    """Ask before a session is called off."""
    session, event = _load(session_id)
    return _call_off_page(session, event, ReasonForm(version=session.version))


@blueprint.post("/sessions/<id:session_id>/cancel")
@staff(Permission.MANAGE_EVENTS)
def confirm_call_off_session(session_id: int):
    """Call it off, while it has not begun."""
    session, event = _load(session_id)
    form = ReasonForm(version=whole_or_none(request.form.get("version")))
    if form.version is None:
        form.errors["version"] = "This page is too old. Open it again"
        return _call_off_page(session, event, form, 422)
    try:
        cancel_session(session_id=session_id, actor=the_actor(), expected_version=form.version, now=clock.now())
    except Refused as refused:
        form.refusal, form.version = refusal_sentence(refused.code, **refused.facts), session.version
        return _call_off_page(session, event, form, status_of(refused))
    flash("The session is called off.")
    return done(url_for("admin.sessions", event_id=event.id))


def _can_plan(event: EventFacts) -> bool:
    is_open = event.status in {"draft", "published"}
    return is_open and the_actor().can(Permission.MANAGE_EVENTS, event.organization_id)


def _form_page(
    event: EventFacts, fields: SessionFields, *, session: Any = None, request_id: str | None = None,
    refusal: str | None = None, status: int = 200,
):  # fmt: skip
    return render(
        "admin/session_form.html", "admin/session_form.html", status=status, event=event, fields=fields,
        session=session, request_id=request_id, refusal=refusal, kinds=KINDS.values(),
    )  # fmt: skip


def _refused(event: EventFacts, fields: SessionFields, refused: Refused, **page: Any):
    said = None if fields.add_error(refused) else refusal_sentence(refused.code, **refused.facts)
    return _form_page(event, fields, refusal=said, status=status_of(refused), **page)


def _call_off_page(session: Any, event: EventFacts, form: ReasonForm, status: int = 200):
    return render(
        "admin/session_call_off.html", "admin/_session_call_off.html", status=status, session=session, event=event,
        form=form, in_dialog=bool(request.htmx),
    )  # fmt: skip


def _say(fields: SessionFields, words: str) -> None:
    flash(words)
    for note in fields.notes:
        flash(note, "wait")
