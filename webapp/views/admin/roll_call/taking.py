"""Taking roll-call: the sessions of a class, and the sheet of one of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, flash, make_response, render_template, url_for
from sqlalchemy import Row

from webapp.domain.classes.program_class import SessionStatus
from webapp.domain.classes.roll_call import AbsenceCategory, RollCallStatus, line_of, require_roll_call
from webapp.domain.event_days import local_date
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.classes.class_sessions import sessions_of
from webapp.queries.classes.program_class import ClassFacts
from webapp.queries.classes.roll_call import SheetLine, class_session_by_id, session_lines, sheet_of
from webapp.queries.page import Page
from webapp.services.classes.roll_call import Called, take_roll_call
from webapp.views import request_time
from webapp.views.admin.address import neighbours
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.roll_call.sheet_form import SheetForm, as_typed, read_sheet
from webapp.views.errors import status_of
from webapp.views.forms.sent import one_field
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_class, may
from webapp.views.paging import page_number
from webapp.views.responses import see_other
from webapp.views.words.formatting import plural
from webapp.views.words.refusals import refusal_sentence
from webapp.views.words.roll_call_words import CATEGORY, ROLL_CALL, no_roll_call_sentence

#: People on one page of a sheet.
PAGE = 200


def load_class_session(
    class_id: int, session_id: int, permission: Permission = Permission.CALL_ROLL
) -> tuple[ClassFacts, Row]:
    """A class in which the actor has the permission and a session of it, or `not_found`."""
    facts = load_staff_class(class_id, permission)
    row = class_session_by_id(session_id)
    if row is None or row.class_id != class_id:
        raise Refused("not_found")
    return facts, row


@blueprint.get("/classes/<id:class_id>/roll-call")
@staff(Permission.VIEW_CLASSES)
def roll_call(class_id: int):
    """Every session with what is marked; first those that somebody waits for."""
    facts, now = load_staff_class(class_id, Permission.VIEW_CLASSES), request_time.now()
    lines = session_lines(facts, sessions_of(class_id), now=now)
    return render_template(
        "admin/roll_call/sessions.html",
        program_class=facts,
        today=local_date(now, facts.timezone),
        past=[line for line in reversed(lines) if line.has_begun or line.tally.marked],
        coming=[line for line in lines if not line.has_begun and not line.tally.marked and not line.is_cancelled],
        overdue=[line for line in lines if line.is_overdue],
    )


@blueprint.get("/classes/<id:class_id>/roll-call/<id:session_id>")
@staff(Permission.VIEW_CLASSES)
def roll_call_sheet(class_id: int, session_id: int):
    """One form for everybody who had a place on the session's date; for who may only look, the marks."""
    facts, row = load_class_session(class_id, session_id, Permission.VIEW_CLASSES)
    return _page(facts, row)


@blueprint.post("/classes/<id:class_id>/roll-call/<id:session_id>")
@staff(Permission.CALL_ROLL)
def save_roll_call(class_id: int, session_id: int):
    """Write what is different; with `rest=present` everybody without a choice is present."""
    facts, row = load_class_session(class_id, session_id)
    form = read_sheet(rest_present=one_field("rest") == RollCallStatus.PRESENT)
    if form.errors:
        return _page(facts, row, form, status=422)
    try:
        called = take_roll_call(session_id=session_id, said=form.said, actor=the_actor(), now=request_time.now())
    except Refused as refused:
        return _refused(facts, row, form, refused)
    if called.conflicts:
        return _page(facts, row, status=409, conflicts=called.conflicts, saved=called.changed)
    flash(_saved_words(called))
    return see_other(_address(row, page_number()))


def _refused(facts: ClassFacts, row: Row, form: SheetForm, refused: Refused) -> Response:
    problems = refused.facts.get("problems")
    if not isinstance(problems, Mapping):
        said = refusal_sentence(refused.code, **{"status": facts.status} | refused.facts)
        return _page(facts, row, form, status=status_of(refused), refusal=said)
    form.errors = {user_id: refusal_sentence(one.code, **one.facts) for user_id, one in problems.items()}
    return _page(facts, row, form, status=422)


def _page(
    facts: ClassFacts,
    row: Row,
    form: SheetForm | None = None,
    *,
    status: int = 200,
    refusal: str | None = None,
    conflicts: Sequence[int] = (),
    saved: int = 0,
) -> Response:
    """The sheet as it stands, or with what was typed into it."""
    now, form = request_time.now(), form or SheetForm()
    everybody, number = sheet_of(facts, row), page_number()
    found = Page(everybody[(number - 1) * PAGE : number * PAGE], len(everybody), number, PAGE)
    typed = {line.user_id: form.typed.get(line.user_id) or _standing(line, facts) for line in found.rows}
    names = {line.user_id: line.name for line in everybody}
    shown = render_template(
        "admin/roll_call/sheet.html",
        program_class=facts,
        session=row,
        found=found,
        typed=typed,
        errors=form.errors,
        refusal=refusal,
        conflicts=[(user_id, names[user_id]) for user_id in conflicts],
        saved=saved,
        closed=_closed(facts, row, now),
        statuses=ROLL_CALL,
        categories=_categories(),
        sees_people=the_actor().can(Permission.VIEW_ROSTER, facts.organization_id),
        counts=_counts(everybody),
        **neighbours(found, lambda page: _address(row, page)),
        strangers={user_id: said for user_id, said in form.errors.items() if user_id not in names},
    )
    return make_response(shown, status)


def _standing(line: SheetLine, facts: ClassFacts) -> Mapping[str, str]:
    return as_typed(line_of(line.standing.mark, facts.timezone))


def _closed(facts: ClassFacts, row: Row, now: Any) -> str | None:
    """Why the reader marks nobody in this session now, in words; None where they can."""
    if not may(Permission.CALL_ROLL, facts):
        return gettext("You can see these marks, but not change them.")
    try:
        require_roll_call(
            facts.stands,
            is_cancelled=row.status == SessionStatus.CANCELLED,
            local_on=row.local_on,
            today=local_date(now, facts.timezone),
        )
    except Refused as refused:
        return no_roll_call_sentence(refused.code, **refused.facts)
    return None


def _counts(lines: Sequence[SheetLine]) -> dict[RollCallStatus | None, int]:
    counts: dict[RollCallStatus | None, int] = dict.fromkeys((*RollCallStatus, None), 0)
    for line in lines:
        counts[line.standing.mark.status] += 1
    return counts


def _categories() -> list[tuple[str, str]]:
    return [("", gettext("No reason given")), *((one.value, CATEGORY[one]) for one in AbsenceCategory)]


def _address(row: Row, page: int) -> str:
    return url_for("admin.roll_call_sheet", class_id=row.class_id, session_id=row.id, page=page if page > 1 else None)


def _saved_words(called: Called) -> str:
    if not called.changed:
        return gettext("No changes to save.")
    return plural(called.changed, "Saved {n} mark.", "Saved {n} marks.")
