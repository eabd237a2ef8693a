"""How one person's mark came to be, and taking it away."""

from flask import flash, url_for

from webapp.domain.numbers import MAX_VERSION, parse_whole
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.classes.roll_call import history_of, said_mark, sheet_of
from webapp.services.classes.roll_call import delete_mark
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.roll_call.taking import load_class_session
from webapp.views.forms.sent import one_field
from webapp.views.guards import staff, the_actor
from webapp.views.responses import render, see_other


@blueprint.get("/classes/<id:class_id>/roll-call/<id:session_id>/people/<id:user_id>")
@staff(Permission.VIEW_CLASSES)
def mark_history(class_id: int, session_id: int, user_id: int):
    """Everything that was said of a person in a session, newest first."""
    facts, row = load_class_session(class_id, session_id, Permission.VIEW_CLASSES)
    line = next((one for one in sheet_of(facts, row) if one.user_id == user_id), None)
    if line is None:
        raise Refused("not_found")
    said = [(one, said_mark(one)) for one in history_of(session_id, user_id)]
    return render(
        "admin/roll_call/history.html",
        "admin/roll_call/history.html",
        program_class=facts,
        session=row,
        line=line,
        said=said,
    )


@blueprint.post("/classes/<id:class_id>/roll-call/<id:session_id>/people/<id:user_id>/delete")
@staff(Permission.CALL_ROLL)
def delete_roll_call_mark(class_id: int, session_id: int, user_id: int):
    """Take the mark away if it is still the one that the page showed."""
    load_class_session(class_id, session_id)
    seen = parse_whole(one_field("version"), low=1, high=MAX_VERSION, field="version")
    delete_mark(session_id=session_id, user_id=user_id, seen_version=seen, actor=the_actor(), now=request_time.now())
    flash(gettext("The mark was deleted. Its history stays on this page."))
    return see_other(url_for("admin.mark_history", class_id=class_id, session_id=session_id, user_id=user_id))
