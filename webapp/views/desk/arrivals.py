"""All check-ins of a day, newest first, and the page that asks why one is taken back."""

from typing import Any

from flask import Response, make_response, render_template, request, url_for

from webapp.domain.desk.check_in import undo_needs_reason
from webapp.domain.event_life import EventStatus
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line
from webapp.languages.words import gettext
from webapp.queries.desk.arrivals import Arrival, arrivals_of_day, desks_of_day
from webapp.queries.desk.guest import by_check_in, read_guest
from webapp.services.desk.check_in import DESK_METHODS
from webapp.views.desk.blueprint import blueprint
from webapp.views.desk.evidence import result_of_url
from webapp.views.desk.open_desk import Desk, open_desk, typed_in_url
from webapp.views.desk.words import place_in_words
from webapp.views.guards import desk_crew
from webapp.views.responses import render, wants_fragment

_PAGE = 100
_MOST = 5000


@blueprint.get("/<id:event_id>/arrivals")
@desk_crew
def arrivals(event_id: int) -> Response:
    desk = open_desk(event_id)
    chosen = _desk_in_url()
    text, typed = typed_in_url()
    show = min(_PAGE if "all" not in request.args else _MOST, _MOST)
    rows = arrivals_of_day(event_id, desk.day, desk=chosen, typed=typed, limit=show + 1)
    return render(
        "desk/arrivals/arrivals.html",
        "desk/arrivals/_arrivals_all.html",
        desk=desk,
        rows=rows[:show],
        has_more=len(rows) > show,
        chips=_chips(desk, chosen),
        chosen=chosen,
        q=text,
        result=result_of_url(desk, ""),
        can_take_back=_can_take_back(desk),
        needs_reason=_needs_reason(desk),
    )


def _desk_in_url() -> str | None:
    """The desk to show, by its name; what no desk can be called filters nothing."""
    try:
        return clean_line(request.args.get("desk", ""), limit=60, field="desk")
    except Refused:
        return None


@blueprint.get("/<id:event_id>/undo/<id:check_in_id>")
@desk_crew
def take_back(event_id: int, check_in_id: int) -> Response:
    """Why an older check-in is taken back."""
    desk = open_desk(event_id)
    guest = read_guest(by_check_in(check_in_id))
    entry = guest.entry(check_in_id) if guest and guest.event_id == event_id else None
    if entry is None:
        raise Refused("not_found")
    template = "desk/arrivals/_take_back.html" if wants_fragment() else "desk/arrivals/take_back.html"
    place = place_in_words(entry.desk, entry.method)
    page = render_template(template, desk=desk, guest=guest, entry=entry, place=place, in_dialog=wants_fragment())
    return make_response(page)


def _chips(desk: Desk, chosen: str | None) -> list[dict[str, object]]:
    desks = desks_of_day(desk.event.id, desk.day)
    here: dict[str, Any] = {"event_id": desk.event.id, "day": desk.day.isoformat()}
    everywhere = {
        "words": gettext("All desks"),
        "href": url_for("desk.arrivals", **here),
        "current": chosen is None,
        "count": sum(count for _, count in desks),
    }
    return [everywhere] + [
        {"words": name, "href": url_for("desk.arrivals", desk=name, **here), "current": name == chosen, "count": count}
        for name, count in desks
        if name  # what no desk made is among all of them only
    ]


def _can_take_back(desk: Desk):
    def can(row: Arrival) -> bool:
        return desk.event.status == EventStatus.PUBLISHED and row.reversed_at is None and row.method in DESK_METHODS

    return can


def _needs_reason(desk: Desk):
    return lambda row: undo_needs_reason(row.at, desk.now)
