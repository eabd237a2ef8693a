"""What staff say about one person's session: a mark with a reason, and the report's own fields."""

import secrets
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import flash, make_response, render_template

from webapp.domain.numbers import MAX_ID, whole_or_none
from webapp.domain.online.presence import StaffMark
from webapp.domain.permission import Permission
from webapp.domain.places.enrollment import CLOSED
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.online.session_report import ReportLine, Result, report_line, report_page
from webapp.services.online.session_mark import mark_presence, save_report_fields, withdraw_mark
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.events.outcomes.outcome_effect import effect_sentence, standing_in
from webapp.views.admin.online.session_host import SessionHost, load_staff_session
from webapp.views.admin.online.session_report import address_of, report_values
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import one_of
from webapp.views.forms.reason import REASON, read_reason
from webapp.views.forms.sent import hidden_number, sent_or_asked, sent_request_id
from webapp.views.guards import staff, the_actor
from webapp.views.responses import done, from_htmx, safe_next, small_form
from webapp.views.words.session_words import kind_of, presence_words

#: The choice that takes a mark back.
AS_MEASURED = "measured"
_LAST_PAGE = 100_000
_MARK = REASON.plus(
    "status", sentences={**REASON.sentences, ("status", "unknown_choice"): N_("Choose how they took part")}
)


def _load(session_id: int, user_id: int) -> tuple[Any, SessionHost, ReportLine]:
    """One person's line of a report, for staff who may decide; or `not_found`."""
    session, host = load_staff_session(session_id, Permission.MANAGE_EVENTS)
    line = report_line(session, user_id)
    if line is None or not line.is_enrolled:
        raise Refused("not_found")
    return session, host, line


@blueprint.get("/sessions/<id:session_id>/people/<id:user_id>/mark")
@staff(Permission.MANAGE_EVENTS, Permission.CALL_ROLL)
def mark_person(session_id: int, user_id: int):
    """Ask for the mark and why, with the evidence beside it; also opened as a dialog."""
    session, host, line = _load(session_id, user_id)
    form = _MARK.filled({"status": line.marked_status})
    return _mark_page(session, host, line, form, request_id=secrets.token_hex(16))


@blueprint.post("/sessions/<id:session_id>/people/<id:user_id>/mark")
@staff(Permission.MANAGE_EVENTS, Permission.CALL_ROLL)
def confirm_mark(session_id: int, user_id: int):
    """Mark the person, or take the mark back, if they still stand where the page showed them."""
    session, host, line = _load(session_id, user_id)
    request_id, form = sent_request_id(), read_reason(_MARK)
    takes_back = form.values["status"] == AS_MEASURED
    mark: Any = None if takes_back else form.read("status", one_of(StaffMark))
    if form.errors:
        return _mark_page(session, host, line, form, request_id=request_id)
    common: dict[str, Any] = {
        "session_id": session_id,
        "user_id": user_id,
        "reason": form.values["reason"],
        "actor": the_actor(),
        "now": request_time.now(),
        "request_id": request_id,
        "seen_mark_id": hidden_number("seen_mark", high=MAX_ID),
    }
    try:
        if takes_back:
            withdraw_mark(**common)
        else:
            mark_presence(status=mark, **common)
    except Refused as refused:
        form.refuse(refused)
        session, host, line = _load(session_id, user_id)
        return _mark_page(session, host, line, form, request_id=secrets.token_hex(16))
    return _done(session, host, user_id, with_effect=True)


@blueprint.get("/sessions/<id:session_id>/people/<id:user_id>/fields")
@staff(Permission.MANAGE_EVENTS, Permission.CALL_ROLL)
def report_fields(session_id: int, user_id: int):
    """What the session's kind asks for besides presence."""
    session, host, line = _load(session_id, user_id)
    return _fields_page(session, host, line, _report_kind(session).filled(line.fields))


@blueprint.post("/sessions/<id:session_id>/people/<id:user_id>/fields")
@staff(Permission.MANAGE_EVENTS, Permission.CALL_ROLL)
def save_fields(session_id: int, user_id: int):
    """Keep what was typed, all of it or nothing."""
    session, host, line = _load(session_id, user_id)
    form = _report_kind(session).sent()
    for one in kind_of(session).report_fields:
        form.read(one.name, one.read)
    form.check(
        lambda: save_report_fields(
            session_id=session_id, user_id=user_id, typed=form.values, actor=the_actor(), now=request_time.now()
        )
    )
    if form.is_refused:
        return _fields_page(session, host, line, form)
    return _done(session, host, user_id)


def _report_kind(session: Any) -> FormKind:
    """The fields that the session's kind asks for."""
    return FormKind([one.name for one in kind_of(session).report_fields])


def _mark_page(session: Any, host: SessionHost, line: ReportLine, form: Form, *, request_id: str):
    return small_form(
        "admin/online/report/session_mark",
        form,
        session=session,
        host=host,
        line=line,
        chosen=form.values["status"],
        request_id=request_id,
        options=_options(line),
        return_to=_return_to(session.id),
    )


def _options(line: ReportLine) -> list[tuple[str, str, str | None]]:
    measured = presence_words(line.status, late_minutes=line.late_minutes, needs_review=True).crew
    marks: list[tuple[str, str, str | None]] = [(mark.value, presence_words(mark).crew, None) for mark in StaffMark]
    if not line.marked_status:
        return marks
    return [
        *marks,
        (AS_MEASURED, gettext("As measured"), gettext("{measured}. The mark has been removed.", measured=measured)),
    ]


def _fields_page(session: Any, host: SessionHost, line: ReportLine, form: Form):
    return small_form(
        "admin/online/session_fields", form, session=session, host=host, line=line, return_to=_return_to(session.id)
    )


def _return_to(session_id: int) -> str:
    """Where a small form goes back to: the page of the report it was opened from."""
    own = address_of(session_id)
    address = safe_next(sent_or_asked("return_to"), own)
    return address if urlsplit(address).path == own else own


def _done(session: Any, host: SessionHost, user_id: int, *, with_effect: bool = False):
    """Back to the report, saying what follows for the outcome; in a dialog the person's line is replaced in place."""
    line = report_line(session, user_id)
    if line is None:
        raise Refused("not_found")
    back = _return_to(session.id)
    said = f"{line.name}: {presence_words(line.result, late_minutes=line.late_minutes, needs_review=True).crew}"
    standing = standing_in(host, user_id) if with_effect else None
    effect = effect_sentence(standing) if standing is not None and standing.status in CLOSED else ""
    if not from_htmx() or effect:
        saved = gettext("Saved. {said}.", said=said)
        flash(f"{saved} {effect}" if effect else saved)
        return done(back)
    asked = {name: values[-1] for name, values in parse_qs(urlsplit(back).query).items()}
    only = Result(asked["show"]) if asked.get("show") in set(Result) else None
    page = whole_or_none(asked.get("page", ""), high=_LAST_PAGE) or 1
    values = report_values(session, host, report_page(session, only=only, page=page), only, besides=line)
    response = make_response(
        render_template("admin/online/report/_report_done.html", line=line, said=said, here=back, **values)
    )
    response.headers["HX-Reswap"] = "none"
    response.headers["HX-Trigger"] = "close-dialog"
    return response
