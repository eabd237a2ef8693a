"""The sessions of a class: the list, planning, changing, cancelling and putting back."""

from typing import Any

from flask import flash, request, url_for

from webapp import clock
from webapp.domain.event_days import local_date
from webapp.domain.refusal import Refused
from webapp.domain.session_change import Scope, SessionChange
from webapp.queries.classes.class_sessions import session_of, sessions_of
from webapp.queries.classes.program_class import ClassFacts
from webapp.queries.classes.program_class_list import lines_of_changes, session_changes
from webapp.services.classes.class_sessions import Chosen, change_sessions, plan_sessions, undo_change
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.programs.acting import MANAGE, page
from webapp.views.admin.programs.fields import Fields, read_form
from webapp.views.admin.programs.session_fields import (
    FIELD_OF,
    LABELS,
    change_fields,
    new_plan,
    online_options,
    options_of,
    read_change,
    read_plan,
    scope_of,
    weekday_options,
)
from webapp.views.admin.reason import ReasonForm, reason_of
from webapp.views.class_words import date_words
from webapp.views.errors import status_of
from webapp.views.formatting import plural
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_class
from webapp.views.responses import done, render, see_other
from webapp.views.wording import refusal_sentence

_BATCH = "string(length=36)"


@blueprint.get("/classes/<id:class_id>/sessions")
@staff(MANAGE)
def class_sessions(class_id: int):
    """All of them in order of time, and what was changed about them."""
    facts = load_staff_class(class_id, MANAGE)
    changes = session_changes(class_id)
    lines = lines_of_changes([one.first_id for one in changes]) if changes else {}
    return page(
        "admin/classes/sessions.html", program_class=facts, sessions=sessions_of(class_id), changes=changes, lines=lines
    )


@blueprint.get("/classes/<id:class_id>/sessions/new")
@staff(MANAGE)
def new_class_sessions(class_id: int):
    """A plan to fill in."""
    facts = load_staff_class(class_id, MANAGE)
    return _plan_page(facts, new_plan(facts, local_date(clock.now(), facts.timezone)), [])


@blueprint.post("/classes/<id:class_id>/sessions/new")
@staff(MANAGE)
def plan_class_sessions(class_id: int):
    """Plan what the form describes; sent twice, the second would meet the first and is refused."""
    facts, now = load_staff_class(class_id, MANAGE), clock.now()
    fields, days, plan = read_plan(facts)
    if plan is None:
        return _plan_page(facts, fields, days, status=422)
    try:
        dates = plan_sessions(class_id=class_id, plan=plan, actor=the_actor(), now=now)
    except Refused as refused:
        named = fields.add_error(refused, FIELD_OF, timezone=refused.facts.get("timezone"))
        said = None if named else refusal_sentence(refused.code, **refused.facts)
        return _plan_page(facts, fields, days, status=status_of(refused), refusal=said)
    said = f"{plural(len(dates), 'session is', 'sessions are')} planned."
    if len(dates) > 1:
        said += f" The first is on {date_words(dates[0], now)}, the last on {date_words(dates[-1], now)}."
    flash(said)
    return see_other(url_for("admin.class_sessions", class_id=class_id))


@blueprint.get("/classes/<id:class_id>/sessions/<id:session_id>/change")
@staff(MANAGE)
def edit_class_session(class_id: int, session_id: int):
    """The form of a session as it is now."""
    facts, session = _load(class_id, session_id)
    return _change_page(facts, session, change_fields(session, facts.timezone), ReasonForm(version=session.version))


@blueprint.post("/classes/<id:class_id>/sessions/<id:session_id>/change")
@staff(MANAGE)
def change_class_session(class_id: int, session_id: int):
    """Change it, and the others that the form names."""
    facts, session = _load(class_id, session_id)
    fields, change = read_change(session, facts)
    form = reason_of(request.form)
    if change is None or form.errors or form.version is None:
        form.errors = {**fields.errors, **form.errors}
        return _change_page(facts, session, fields, form, status=422)
    try:
        changed = _change(facts, session_id, form, scope_of(fields), change)
    except Refused as refused:
        if fields.add_error(refused, FIELD_OF, timezone=refused.facts.get("timezone")):
            form.errors = fields.errors
        else:
            form.refusal = refusal_sentence(refused.code, **refused.facts)
        form.version = session.version
        return _change_page(facts, session, fields, form, status=status_of(refused))
    flash(f"{plural(changed, 'session is', 'sessions are')} changed.")
    return see_other(url_for("admin.class_sessions", class_id=class_id))


@blueprint.get("/classes/<id:class_id>/sessions/<id:session_id>/cancel")
@staff(MANAGE)
def ask_cancel_class_session(class_id: int, session_id: int):
    """Ask why, and which."""
    facts, session = _load(class_id, session_id)
    return _cancel_page(facts, session, Scope.THIS.value, ReasonForm(version=session.version))


@blueprint.post("/classes/<id:class_id>/sessions/<id:session_id>/cancel")
@staff(MANAGE)
def cancel_class_session(class_id: int, session_id: int):
    """Cancel it, and the others that the form names."""
    facts, session = _load(class_id, session_id)
    fields, form = read_form(request.form, ["scope"], LABELS), reason_of(request.form)
    scope = scope_of(fields)
    form.errors = {**fields.errors, **form.errors}
    if form.errors:
        return _cancel_page(facts, session, fields.values["scope"], form, 422)
    try:
        changed = _change(facts, session_id, form, scope, SessionChange(cancels=True))
    except Refused as refused:
        form.refusal, form.version = refusal_sentence(refused.code, **refused.facts), session.version
        return _cancel_page(facts, session, scope.value, form, status_of(refused))
    flash(f"{plural(changed, 'session is', 'sessions are')} cancelled.")
    return done(url_for("admin.class_sessions", class_id=class_id))


@blueprint.get(f"/classes/<id:class_id>/sessions/changes/<{_BATCH}:batch>/undo")
@staff(MANAGE)
def ask_undo_session_change(class_id: int, batch: str):
    """Ask why, before a change is taken back."""
    facts = load_staff_class(class_id, MANAGE)
    return _undo_page(facts, batch, ReasonForm(version=1))


@blueprint.post(f"/classes/<id:class_id>/sessions/changes/<{_BATCH}:batch>/undo")
@staff(MANAGE)
def undo_session_change(class_id: int, batch: str):
    """Put the sessions of a change back, all of them together."""
    facts = load_staff_class(class_id, MANAGE)
    form = reason_of(request.form)
    form.errors.pop("version", None)  # what stands is compared session by session
    if form.errors:
        return _undo_page(facts, batch, form, 422)
    try:
        undone = undo_change(
            class_id=class_id, batch=batch, reason=form.reason, actor=the_actor(), now=clock.now()
        )
    except Refused as refused:
        if refused.code == "not_found":
            raise
        form.refusal = refusal_sentence(refused.code, tz=refused.facts.get("timezone"), **refused.facts)
        return _undo_page(facts, batch, form, status_of(refused))
    flash(f"{plural(undone.sessions, 'session is', 'sessions are')} as before.")
    return done(url_for("admin.class_sessions", class_id=class_id))


def _load(class_id: int, session_id: int) -> tuple[ClassFacts, Any]:
    """The class and its session (a row), or `not_found`."""
    facts, session = load_staff_class(class_id, MANAGE), session_of(class_id, session_id)
    if session is None:
        raise Refused("not_found")
    return facts, session


def _change(facts: ClassFacts, session_id: int, form: ReasonForm, scope: Scope, change: SessionChange) -> int:
    return change_sessions(
        class_id=facts.id, chosen=Chosen(session_id, form.version or 0, scope), change=change, reason=form.reason,
        actor=the_actor(), now=clock.now(),
    ).sessions  # fmt: skip


def _plan_page(
    facts: ClassFacts, fields: Fields, days: list[str], *, status: int = 200, refusal: str | None = None
):
    rooms, team = options_of(facts)
    return page(
        "admin/classes/session_plan.html", status, program_class=facts, fields=fields, days=set(days),
        weekdays=weekday_options(), rooms=rooms, team=team, online=online_options(), refusal=refusal,
    )  # fmt: skip


def _change_page(facts: ClassFacts, session: Any, fields: Fields, form: ReasonForm, *, status: int = 200):
    rooms, team = options_of(facts)
    return page(
        "admin/classes/session_change.html", status, program_class=facts, session=session, fields=fields, form=form,
        rooms=_with(rooms, session.room_id, session.room_name),
        team=_with(team, session.instructor_id, session.instructor_name), online=online_options(),
    )  # fmt: skip


def _with(options: list[tuple[int, str]], one: int | None, name: str | None) -> list[tuple[int, str]]:
    return options if one is None or one in dict(options) else [*options, (one, name or "")]


def _cancel_page(facts: ClassFacts, session: Any, scope: str, form: ReasonForm, status: int = 200):
    return render(
        "admin/classes/session_cancel.html", "admin/classes/_session_cancel.html", status=status, program_class=facts,
        session=session, scope=scope, form=form, in_dialog=bool(request.htmx),
    )  # fmt: skip


def _undo_page(facts: ClassFacts, batch: str, form: ReasonForm, status: int = 200):
    change = next((one for one in session_changes(facts.id) if one.batch == batch and not one.is_undo), None)
    if change is None:
        raise Refused("not_found")
    line = lines_of_changes([change.first_id])[change.first_id]
    return render(
        "admin/classes/session_undo.html", "admin/classes/_session_undo.html", status=status, program_class=facts,
        change=change, line=line, form=form, in_dialog=bool(request.htmx),
    )  # fmt: skip
