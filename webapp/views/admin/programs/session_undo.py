"""Putting the sessions of a class back as they were before a change."""

from flask import flash, url_for

from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.queries.classes.program_class import ClassFacts
from webapp.queries.classes.program_class_list import lines_of_changes, session_changes
from webapp.services.classes.class_sessions import undo_change
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.forms.form import Form
from webapp.views.forms.reason import REASON, read_reason
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_class
from webapp.views.responses import done, small_form
from webapp.views.words.formatting import plural

_BATCH = "string(length=36)"


@blueprint.get(f"/classes/<id:class_id>/sessions/changes/<{_BATCH}:batch>/undo")
@staff(Permission.CHANGE_SESSIONS)
def ask_undo_session_change(class_id: int, batch: str):
    """Ask why, before a change is taken back."""
    facts = load_staff_class(class_id, Permission.CHANGE_SESSIONS)
    return _undo_page(facts, batch, REASON.filled())


@blueprint.post(f"/classes/<id:class_id>/sessions/changes/<{_BATCH}:batch>/undo")
@staff(Permission.CHANGE_SESSIONS)
def undo_session_change(class_id: int, batch: str):
    """Put the sessions of a change back, all of them together."""
    facts = load_staff_class(class_id, Permission.CHANGE_SESSIONS)
    form = read_reason()  # without a version: what stands is compared session by session
    if form.errors:
        return _undo_page(facts, batch, form)
    try:
        undone = undo_change(
            class_id=class_id, batch=batch, reason=form.values["reason"], actor=the_actor(), now=request_time.now()
        )
    except Refused as refused:
        if refused.code == "not_found":
            raise
        form.refuse(refused, tz=refused.facts.get("timezone"))
        return _undo_page(facts, batch, form)
    flash(plural(undone.sessions, "{n} session is back as it was.", "{n} sessions are back as they were."))
    return done(url_for("admin.class_sessions", class_id=class_id))


def _undo_page(facts: ClassFacts, batch: str, form: Form):
    change = next((one for one in session_changes(facts.id) if one.batch == batch and not one.is_undo), None)
    if change is None:
        raise Refused("not_found")
    line = lines_of_changes([change.first_id])[change.first_id]
    return small_form("admin/classes/sessions/session_undo", form, program_class=facts, change=change, line=line)
