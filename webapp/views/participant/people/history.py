"""What I was at: the list, and one's own answer changed in its row."""

from flask import Response, flash, make_response, render_template, request, url_for

from webapp.domain.asking.attendance_response import AnswerPhase, AskedEvent, answer_phase, parse_answer
from webapp.domain.people.history import HistoryFilter
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.people.history import history_page, record_of_slug
from webapp.queries.people.record import Record
from webapp.queries.places.no_shows.strikes import records_of
from webapp.services.asking.attendance_response import answer
from webapp.views import request_time
from webapp.views.forms.form import Form, FormKind
from webapp.views.guards import signed_in, the_actor
from webapp.views.paging import page_number
from webapp.views.participant.blueprint import blueprint
from webapp.views.responses import render, see_other, wants_fragment

_ANSWER = FormKind(("answer",), otherwise="answer")
_FILTERS = {
    HistoryFilter.ALL: N_("All"),
    HistoryFilter.ATTENDED: N_("Attended"),
    HistoryFilter.PARTIAL: N_("Part of it"),
    HistoryFilter.NOT_ATTENDED: N_("Did not go"),
    HistoryFilter.UNANSWERED: N_("Not answered"),
}


@blueprint.get("/me/history")
@signed_in
def history() -> Response:
    """One page, newest event first; `?show=` picks out, and what is no filter shows everything."""
    now, user_id = request_time.now(), the_actor().user_id or 0
    asked = request.args.get("show", "")
    show = HistoryFilter(asked) if asked in list(HistoryFilter) else HistoryFilter.ALL
    page = history_page(user_id, show=show, page=page_number(), now=now)
    chips = [
        {
            "words": words,
            "count": page.counts[each],
            "current": each is show,
            "href": url_for("participant.history", show=None if each is HistoryFilter.ALL else each.value),
        }
        for each, words in _FILTERS.items()
    ]
    body = render_template(
        "participant/people/history.html",
        page=page,
        chips=chips,
        shown=None if show is HistoryFilter.ALL else show.value,
        organizations=page.organizations,
        records=records_of(user_id, now) if page.number == 1 and show is HistoryFilter.ALL else [],
    )
    return make_response(body)


@blueprint.get("/me/history/<slug:slug>")
@signed_in
def history_record(slug: str) -> Response:
    """One row again, as before Change was pressed; without htmx the place of the row in the list."""
    record = _load(slug)
    if not wants_fragment():
        return see_other(url_for("participant.history", _anchor=f"record-{slug}"))
    return _row(record)


@blueprint.get("/me/history/<slug:slug>/answer")
@signed_in
def change_answer(slug: str) -> Response:
    """The three answers, in the row or on a page of their own."""
    return _question(_load(slug), _ANSWER.filled())


@blueprint.post("/me/history/<slug:slug>/answer")
@signed_in
def save_answer(slug: str) -> Response:
    """Keep the answer; the row says it."""
    record, user_id, form = _load(slug), the_actor().user_id or 0, _ANSWER.sent()
    said = form.read("answer", parse_answer)
    form.check(lambda: answer(event_id=record.event_id, user_id=user_id, answer=said, now=request_time.now()))
    if form.is_refused:
        return _question(record, form)
    if wants_fragment():
        return _row(_load(slug), said_aloud=gettext("Your answer is saved."))
    flash(gettext("Your answer is saved."))
    return see_other(url_for("participant.history", _anchor=f"record-{slug}"))


def may_answer(record: Record) -> bool:
    """Whether the person can still say, or say differently, that they were there."""
    asked = AskedEvent(starts_at=record.starts_at, effective_end_at=record.effective_end_at)
    return answer_phase(asked, request_time.now()) is AnswerPhase.OPEN


blueprint.add_app_template_global(may_answer)


def _load(slug: str) -> Record:
    """The person's own record of that event; anybody else's, and none, is `not_found`."""
    record = record_of_slug(the_actor().user_id or 0, slug, request_time.now())
    if record is None:
        raise Refused("not_found")
    return record


def _row(record: Record, *, said_aloud: str = "") -> Response:
    body = render_template("participant/people/_history_row.html", record=record, is_fresh=True, said_aloud=said_aloud)
    return make_response(body)


def _question(record: Record, form: Form) -> Response:
    is_open = may_answer(record)
    return render(
        "participant/people/history_answer.html",
        "participant/people/_history_answer.html",
        form.status if is_open else 409,
        record=record,
        problem=form.errors.get("answer") if is_open else None,
        is_open=is_open,
    )
