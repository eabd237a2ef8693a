"""The desk itself: the page, its list, and what the other desks did meanwhile."""

from flask import Response, make_response, render_template, request

from webapp.domain.event_life import EventStatus
from webapp.domain.numbers import MAX_ID, parse_whole
from webapp.domain.refusal import Refused
from webapp.queries.desk.arrivals import Arrival, last_arrivals
from webapp.queries.desk.live import Tally, arrived_since, tally
from webapp.queries.desk.roster import found_in_roster, roster
from webapp.views.desk.blueprint import blueprint
from webapp.views.desk.evidence import result_of_url
from webapp.views.desk.open_desk import Desk, open_desk, read_search
from webapp.views.desk.result import Result
from webapp.views.guards import desk_crew
from webapp.views.responses import render, wants_fragment

#: Rows of the list at first, and how many "Show more" adds.
PAGE = 30
_MOST_ROWS = 10_000
_LAST_ARRIVALS = 7


@blueprint.get("/<id:event_id>")
@desk_crew
def desk(event_id: int) -> Response:
    return _page(open_desk(event_id))


@blueprint.get("/<id:event_id>/guests")
@desk_crew
def guests(event_id: int) -> Response:
    return _page(open_desk(event_id))


@blueprint.get("/<id:event_id>/live")
@desk_crew
def live(event_id: int) -> Response:
    """Nothing (204) when nothing changed, else the parts that did; 286 ends the asking."""
    shown = open_desk(event_id)
    if not wants_fragment():
        return _page(shown)
    counts = _tally(shown)
    since = request.args.get("since", "")
    is_over = shown.event.status != EventStatus.PUBLISHED
    if since == counts.revision and not is_over:
        return make_response("", 204)
    parts = render_template(
        "desk/_live.html", desk=shown, tally=counts, arrivals=_arrivals(shown), gone=_gone(shown, since)
    )
    return make_response(parts, 286 if is_over else 200)


def list_parts(shown: Desk, text: str) -> dict[str, object]:
    """What the list of that search needs."""
    return {"desk": shown, **_list(shown, text)}


def desk_with(shown: Desk, result: Result, *, status: int) -> Response:
    """The whole desk with that result, as the answer to a form that was sent without JavaScript."""
    counts = _tally(shown)
    values = {"desk": shown, **_list(shown, "", counts), "tally": counts, "arrivals": _arrivals(shown)}
    return make_response(render_template("desk/desk.html", result=result, announce=False, **values), status)


def _page(shown: Desk) -> Response:
    text = request.args.get("q", "")
    if wants_fragment():
        return render("desk/desk.html", "desk/_guests.html", announce=True, **list_parts(shown, text))
    counts, arrivals = _tally(shown), _arrivals(shown)
    values = {"desk": shown, **_list(shown, text, counts)}
    result = result_of_url(shown, text)
    return render(
        "desk/desk.html", "desk/_guests.html", tally=counts, arrivals=arrivals, result=result, announce=False, **values
    )


def _list(shown: Desk, text: str, counts: Tally | None = None) -> dict[str, object]:
    typed, show = read_search(text), _show()
    if typed is None:
        found = roster(shown.event.id, shown.day, tally=counts or _tally(shown), show=show)
    else:
        has_line = shown.event.standby_minutes is not None
        found = found_in_roster(shown.event.id, shown.day, typed=typed, show=show, has_line=has_line)
    return {"roster": found, "q": typed.text if typed else "", "next_show": show + PAGE}


def _tally(shown: Desk) -> Tally:
    return tally(shown.event, shown.day, shown.now)


def _arrivals(shown: Desk) -> list[Arrival]:
    return last_arrivals(shown.event.id, shown.day, limit=_LAST_ARRIVALS)


def _gone(shown: Desk, since: str) -> list[int]:
    """Rows to take out of the list: who came in after what this page has seen."""
    try:
        seen = parse_whole(since.partition("-")[0], low=0, high=MAX_ID, field="since")
    except Refused:
        return []
    return arrived_since(shown.event.id, shown.day, seen)


def _show() -> int:
    try:
        return parse_whole(request.args.get("show", ""), low=PAGE, high=_MOST_ROWS, field="show")
    except Refused:
        return PAGE


@blueprint.get("/<id:event_id>/keys")
@desk_crew
def keys(event_id: int) -> Response:
    """What the keys do, as a page and as a dialog."""
    return render("desk/keys.html", "desk/_keys.html", desk=open_desk(event_id), in_dialog=wants_fragment())
