"""What I was at: the list, and one's own answer changed in its row."""

from flask import Response, flash, make_response, render_template, request, url_for

from webapp import clock
from webapp.domain.attendance_response import AnswerPhase, AskedEvent, answer_phase, parse_answer
from webapp.domain.history import HistoryFilter
from webapp.domain.refusal import Refused
from webapp.queries.people.history import attendance_by_organization, history_page, record_of_slug
from webapp.queries.people.record import Record
from webapp.services.asking.attendance_response import answer
from webapp.views.errors import status_of
from webapp.views.form_input import one_field, page_number
from webapp.views.form_problems import in_words
from webapp.views.guards import signed_in, the_actor
from webapp.views.participant.blueprint import blueprint
from webapp.views.responses import render, see_other, wants_fragment

_FILTERS = {
    HistoryFilter.ALL: "All",
    HistoryFilter.ATTENDED: "Attended",
    HistoryFilter.PARTIAL: "Part of it",
    HistoryFilter.NOT_ATTENDED: "Did not go",
    HistoryFilter.UNANSWERED: "Not answered",
}


@blueprint.get("/me/history")
@signed_in
def history() -> Response:
    """One page, newest event first; `?show=` picks out, and what is no filter shows everything."""
    now, user_id = clock.now(), the_actor().user_id or 0
    asked = request.args.get("show", "")
    show = HistoryFilter(asked) if asked in list(HistoryFilter) else HistoryFilter.ALL
    page = history_page(user_id, show=show, page=page_number(), now=now)
    chips = [
        {
            "words": words, "count": page.counts[each], "current": each is show,
            "href": url_for("participant.history", show=None if each is HistoryFilter.ALL else each.value),
        }
        for each, words in _FILTERS.items()
    ]  # fmt: skip
    body = render_template(
        "participant/history.html", page=page, chips=chips, shown=None if show is HistoryFilter.ALL else show.value,
        organizations=attendance_by_organization(user_id, now),
    )  # fmt: skip
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
    return _question(_load(slug))


@blueprint.post("/me/history/<slug:slug>/answer")
@signed_in
def save_answer(slug: str) -> Response:
    """Keep the answer; the row says it."""
    record, user_id = _load(slug), the_actor().user_id or 0
    try:
        answer(event_id=record.event_id, user_id=user_id, answer=parse_answer(one_field("answer")), now=clock.now())
    except Refused as refused:
        return _question(record, problem=in_words(refused), status=status_of(refused))
    if wants_fragment():
        return _row(_load(slug), said_aloud="Your answer is saved.")
    flash("Your answer is saved.")
    return see_other(url_for("participant.history", _anchor=f"record-{slug}"))


def may_answer(record: Record) -> bool:
    """Whether the person can still say, or say differently, that they were there."""
    asked = AskedEvent(starts_at=record.starts_at, effective_end_at=record.effective_end_at)
    return answer_phase(asked, clock.now()) is AnswerPhase.OPEN


blueprint.add_app_template_global(may_answer)


def _load(slug: str) -> Record:
    """The person's own record of that event; anybody else's, and none, is `not_found`."""
    record = record_of_slug(the_actor().user_id or 0, slug, clock.now())
    if record is None:
        raise Refused("not_found")
    return record


def _row(record: Record, *, said_aloud: str = "") -> Response:
    body = render_template("participant/_history_row.html", record=record, is_fresh=True, said_aloud=said_aloud)
    return make_response(body)


def _question(record: Record, *, problem: str | None = None, status: int = 200) -> Response:
    if not may_answer(record):
        status, problem = (409, None)
    return render(
        "participant/history_answer.html", "participant/_history_answer.html", status=status, record=record,
        problem=problem, is_open=may_answer(record),
    )  # fmt: skip
