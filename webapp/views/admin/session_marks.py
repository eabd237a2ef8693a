"""What staff say about one person's session: a mark with a reason, and the report's own fields."""

import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import flash, make_response, render_template, request
from werkzeug.datastructures import MultiDict

from webapp import clock
from webapp.domain.numbers import MAX_ID
from webapp.domain.permission import Permission
from webapp.domain.presence import Mark
from webapp.domain.refusal import Refused
from webapp.domain.request_id import require_request_id
from webapp.domain.session_kind import FieldType
from webapp.queries.online.session_report import ReportLine, Result, report_line, report_page
from webapp.services.online.session_mark import mark_presence, save_report_fields, withdraw_mark
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.reason import ReasonForm, reason_of, whole_or_none
from webapp.views.admin.session_host import SessionHost, load_staff_session
from webapp.views.admin.session_report import address_of, report_values
from webapp.views.errors import status_of
from webapp.views.form_input import one_field
from webapp.views.guards import staff, the_actor
from webapp.views.responses import render, safe_next, see_other
from webapp.views.session_words import kind_of, presence_words
from webapp.views.wording import refusal_sentence

#: The choice that takes a mark back.
AS_MEASURED = "measured"
_LAST_PAGE = 100_000


@dataclass
class FieldsForm:
    """What was typed into the report's own fields, and what is wrong with it."""

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    refusal: str | None = None


def _load(session_id: int, user_id: int) -> tuple[Any, SessionHost, ReportLine]:
    """One person's line of a report, for staff who may decide; or `not_found`."""
    session, host = load_staff_session(session_id, Permission.MANAGE_EVENTS)
    line = report_line(session, user_id)
    if line is None or not line.is_enrolled:
        raise Refused("not_found")
    return session, host, line


@blueprint.get("/sessions/<id:session_id>/people/<id:user_id>/mark")
@staff(Permission.MANAGE_EVENTS)
def mark_person(session_id: int, user_id: int):
    """Ask for the mark and why, with the evidence beside it; also opened as a dialog."""
    session, host, line = _load(session_id, user_id)
    chosen = line.marked_status or ""
    return _mark_page(session, host, line, ReasonForm(), chosen, request_id=secrets.token_hex(16))


@blueprint.post("/sessions/<id:session_id>/people/<id:user_id>/mark")
@staff(Permission.MANAGE_EVENTS)
def confirm_mark(session_id: int, user_id: int):
    """Mark the person, or take the mark back, if they still stand where the page showed them."""
    session, host, line = _load(session_id, user_id)
    request_id, chosen = require_request_id(one_field("request_id")), one_field("status")
    form = reason_of(request.form)
    form.errors.pop("version", None)
    if chosen != AS_MEASURED and chosen not in set(Mark):
        form.errors["status"] = "Choose how they took part"
    if form.errors:
        return _mark_page(session, host, line, form, chosen, request_id=request_id, status=422)
    common = {
        "session_id": session_id, "user_id": user_id, "reason": form.reason, "actor": the_actor(), "now": clock.now(),
        "request_id": request_id, "seen_mark_id": whole_or_none(one_field("seen_mark"), high=MAX_ID),
    }  # fmt: skip
    try:
        if chosen == AS_MEASURED:
            withdraw_mark(**common)
        else:
            mark_presence(status=Mark(chosen), **common)
    except Refused as refused:
        form.refusal = refusal_sentence(refused.code, **refused.facts)
        session, host, line = _load(session_id, user_id)
        again = secrets.token_hex(16)
        return _mark_page(session, host, line, form, chosen, request_id=again, status=status_of(refused))
    return _done(session, host, user_id)


@blueprint.get("/sessions/<id:session_id>/people/<id:user_id>/fields")
@staff(Permission.MANAGE_EVENTS)
def report_fields(session_id: int, user_id: int):
    """What the session's kind asks for besides presence."""
    session, host, line = _load(session_id, user_id)
    return _fields_page(session, host, line, FieldsForm({k: str(v) for k, v in (line.fields or {}).items()}))


@blueprint.post("/sessions/<id:session_id>/people/<id:user_id>/fields")
@staff(Permission.MANAGE_EVENTS)
def save_fields(session_id: int, user_id: int):
    """Keep what was typed, all of it or nothing."""
    session, host, line = _load(session_id, user_id)
    form = _typed(session, request.form)
    if form.errors:
        return _fields_page(session, host, line, form, status=422)
    try:
        save_report_fields(
            session_id=session_id, user_id=user_id, typed=form.values, actor=the_actor(), now=clock.now()
        )
    except Refused as refused:
        form.refusal = refusal_sentence(refused.code, **refused.facts)
        return _fields_page(session, host, line, form, status=status_of(refused))
    return _done(session, host, user_id)


def _typed(session: Any, sent: MultiDict[str, str]) -> FieldsForm:
    """The kind's fields as typed; every mistake named at its field."""
    form = FieldsForm({})
    for one in kind_of(session).report_fields:
        form.values[one.name] = sent.get(one.name, "")
        if len(sent.getlist(one.name)) > 1:
            form.errors[one.name] = "This was sent twice. Enter it once"
            continue
        try:
            one.read(form.values[one.name])
        except Refused as refused:
            form.errors[one.name] = refusal_sentence(refused.code, **refused.facts)
    return form


def _mark_page(
    session: Any, host: SessionHost, line: ReportLine, form: ReasonForm, chosen: str, *, request_id: str,
    status: int = 200,
):  # fmt: skip
    return render(
        "admin/session_mark.html", "admin/_session_mark.html", status=status, session=session, host=host, line=line,
        form=form, chosen=chosen, request_id=request_id, options=_options(line), return_to=_return_to(session.id),
        in_dialog=bool(request.htmx),
    )  # fmt: skip


def _options(line: ReportLine) -> list[tuple[str, str, str | None]]:
    measured = presence_words(line.status, late_minutes=line.late_minutes, needs_review=True).crew
    marks = [(mark.value, presence_words(mark).crew, None) for mark in Mark]
    if not line.marked_status:
        return marks
    return [*marks, (AS_MEASURED, "As measured", f"{measured}. The mark is taken back.")]


def _fields_page(session: Any, host: SessionHost, line: ReportLine, form: FieldsForm, *, status: int = 200):
    return render(
        "admin/session_fields.html", "admin/_session_fields.html", status=status, session=session, host=host,
        line=line, form=form, return_to=_return_to(session.id), in_dialog=bool(request.htmx), FieldType=FieldType,
    )  # fmt: skip


def _return_to(session_id: int) -> str:
    """Where a small form goes back to: the page of the report it was opened from."""
    sent = request.form if request.method == "POST" else request.args
    own = address_of(session_id)
    address = safe_next(sent.get("return_to"), own)
    return address if urlsplit(address).path == own else own


def _done(session: Any, host: SessionHost, user_id: int):
    """Back to the report; in a dialog the person's line is replaced in place."""
    line = report_line(session, user_id)
    if line is None:
        raise Refused("not_found")
    back = _return_to(session.id)
    said = f"{line.name}: {presence_words(line.result, late_minutes=line.late_minutes, needs_review=True).crew}"
    if not request.htmx:
        flash(f"Saved. {said}.")
        return see_other(back)
    asked = {name: values[-1] for name, values in parse_qs(urlsplit(back).query).items()}
    only = Result(asked["show"]) if asked.get("show") in set(Result) else None
    page = whole_or_none(asked.get("page"), high=_LAST_PAGE) or 1
    values = report_values(session, host, report_page(session, only=only, page=page), only, besides=line)
    response = make_response(render_template("admin/_report_done.html", line=line, said=said, here=back, **values))
    response.headers["HX-Reswap"] = "none"
    response.headers["HX-Trigger"] = "close-dialog"
    return response
