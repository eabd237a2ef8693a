"""The sessions of a class: the list, planning, changing and cancelling."""

from typing import Any

from flask import flash, url_for

from webapp.domain.classes.session_change import SessionChange
from webapp.domain.event_days import local_date
from webapp.domain.permission import Permission
from webapp.domain.recurrence import Scope
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext, ngettext
from webapp.queries.classes.class_sessions import session_of, sessions_of
from webapp.queries.classes.program_class import ClassFacts
from webapp.queries.classes.program_class_list import lines_of_changes, session_changes
from webapp.queries.organizations.days_off import days_off_for_reader
from webapp.services.classes.class_sessions import Chosen, change_sessions, plan_sessions
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.programs.acting import page
from webapp.views.admin.programs.session_fields import (
    CANCELLING,
    change_fields,
    new_plan,
    online_options,
    options_of,
    read_change,
    read_plan,
    scope_of,
)
from webapp.views.forms.form import Form
from webapp.views.forms.pickers import with_present
from webapp.views.forms.reason import read_decision
from webapp.views.forms.recurrence import weekday_options
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_class
from webapp.views.responses import done, see_other, small_form
from webapp.views.words.class_words import date_words


@blueprint.get("/classes/<id:class_id>/sessions")
@staff(Permission.VIEW_CLASSES)
def class_sessions(class_id: int):
    """All of them in order of time, and what was changed about them."""
    facts = load_staff_class(class_id, Permission.VIEW_CLASSES)
    changes = session_changes(class_id)
    lines = lines_of_changes([one.first_id for one in changes]) if changes else {}
    return page(
        "admin/classes/sessions/sessions.html",
        program_class=facts,
        sessions=sessions_of(class_id),
        closed=days_off_for_reader(facts.facility_id, facts.starts_on, facts.ends_on),
        changes=changes,
        lines=lines,
    )


@blueprint.get("/classes/<id:class_id>/sessions/new")
@staff(Permission.CHANGE_SESSIONS)
def new_class_sessions(class_id: int):
    """A plan to fill in."""
    facts = load_staff_class(class_id, Permission.CHANGE_SESSIONS)
    return _plan_page(facts, new_plan(facts, local_date(request_time.now(), facts.timezone)))


@blueprint.post("/classes/<id:class_id>/sessions/new")
@staff(Permission.CHANGE_SESSIONS)
def plan_class_sessions(class_id: int):
    """Plan what the form describes; sent twice, the second would meet the first and is refused."""
    facts, now = load_staff_class(class_id, Permission.CHANGE_SESSIONS), request_time.now()
    fields, plan = read_plan(facts)
    if plan is None:
        return _plan_page(facts, fields)
    try:
        dates = plan_sessions(class_id=class_id, plan=plan, actor=the_actor(), now=now)
    except Refused as refused:
        fields.refuse(refused, tz=refused.facts.get("timezone"))
        return _plan_page(facts, fields)
    said = ngettext("{n} session is planned.", "{n} sessions are planned.", len(dates))
    if len(dates) > 1:
        said += " " + gettext(
            "The first is on {date}, the last on {date2}.",
            date=date_words(dates[0], now),
            date2=date_words(dates[-1], now),
        )
    flash(said)
    return see_other(url_for("admin.class_sessions", class_id=class_id))


@blueprint.get("/classes/<id:class_id>/sessions/<id:session_id>/change")
@staff(Permission.CHANGE_SESSIONS)
def edit_class_session(class_id: int, session_id: int):
    """The form of a session as it is now."""
    facts, session = _load(class_id, session_id)
    return _change_page(facts, session, change_fields(session, facts.timezone))


@blueprint.post("/classes/<id:class_id>/sessions/<id:session_id>/change")
@staff(Permission.CHANGE_SESSIONS)
def change_class_session(class_id: int, session_id: int):
    """Change it, and the others that the form names."""
    facts, session = _load(class_id, session_id)
    fields, change = read_change(session, facts)
    if change is None:
        return _change_page(facts, session, fields)
    try:
        changed = _change(facts, session_id, fields, scope_of(fields), change)
    except Refused as refused:
        fields.refuse(refused, version=session.version, tz=refused.facts.get("timezone"))
        return _change_page(facts, session, fields)
    flash(ngettext("{n} session has been changed.", "{n} sessions have been changed.", changed))
    return see_other(url_for("admin.class_sessions", class_id=class_id))


@blueprint.get("/classes/<id:class_id>/sessions/<id:session_id>/cancel")
@staff(Permission.CHANGE_SESSIONS)
def ask_cancel_class_session(class_id: int, session_id: int):
    """Ask why, and which."""
    facts, session = _load(class_id, session_id)
    return _cancel_page(facts, session, CANCELLING.filled({"scope": Scope.THIS}, version=session.version))


@blueprint.post("/classes/<id:class_id>/sessions/<id:session_id>/cancel")
@staff(Permission.CHANGE_SESSIONS)
def cancel_class_session(class_id: int, session_id: int):
    """Cancel it, and the others that the form names."""
    facts, session = _load(class_id, session_id)
    form = read_decision(CANCELLING)
    scope = scope_of(form)
    changed = form.check(
        lambda: _change(facts, session_id, form, scope, SessionChange(cancels=True)), version=session.version
    )
    if form.is_refused:
        return _cancel_page(facts, session, form)
    flash(ngettext("{n} session has been called off.", "{n} sessions have been called off.", changed))
    return done(url_for("admin.class_sessions", class_id=class_id))


def _load(class_id: int, session_id: int) -> tuple[ClassFacts, Any]:
    """The class and its session (a row), or `not_found`."""
    facts, session = load_staff_class(class_id, Permission.CHANGE_SESSIONS), session_of(class_id, session_id)
    if session is None:
        raise Refused("not_found")
    return facts, session


def _change(facts: ClassFacts, session_id: int, form: Form, scope: Scope, change: SessionChange) -> int:
    return change_sessions(
        class_id=facts.id,
        chosen=Chosen(session_id, form.version or 0, scope),
        change=change,
        reason=form.values["reason"],
        actor=the_actor(),
        now=request_time.now(),
    ).sessions


def _plan_page(facts: ClassFacts, fields: Form):
    rooms, team = options_of(facts)
    return page(
        "admin/classes/sessions/session_plan.html",
        fields.status,
        program_class=facts,
        fields=fields,
        days=set(fields.lists.get("day", ())),
        weekdays=weekday_options(),
        rooms=rooms,
        team=team,
        online=online_options(),
        closed=days_off_for_reader(facts.facility_id, facts.starts_on, facts.ends_on),
    )


def _change_page(facts: ClassFacts, session: Any, form: Form):
    rooms, team = options_of(facts)
    return page(
        "admin/classes/sessions/session_change.html",
        form.status,
        program_class=facts,
        session=session,
        form=form,
        rooms=with_present(rooms, session.room_id, session.room_name),
        team=with_present(team, session.instructor_id, session.instructor_name),
        online=online_options(),
    )


def _cancel_page(facts: ClassFacts, session: Any, form: Form):
    return small_form("admin/classes/sessions/session_cancel", form, program_class=facts, session=session)
