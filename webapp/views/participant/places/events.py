"""The list of events: search, filters, pages."""

from typing import Any
from urllib.parse import urlencode

from flask import Response, make_response, redirect, request, url_for

from webapp.domain.events.event_window import EventWindow, stretch_of
from webapp.queries.places.event_list import EventFilter, list_events
from webapp.views import request_time
from webapp.views.current_actor import current_actor
from webapp.views.guards import public
from webapp.views.paging import page_number
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.places.event_row import listed_row
from webapp.views.responses import render, wants_fragment

#: Longer searches are cut: nobody types them, and a title has no more.
_LONGEST_QUERY = 200


@blueprint.get("/")
@public
def home() -> Response:
    return make_response(redirect(url_for("participant.events")))


@blueprint.get("/events")
@public
def events() -> Response:
    now, actor = request_time.now(), current_actor()
    query = request.args.get("q", "").strip()[:_LONGEST_QUERY]
    window = _window(request.args.get("when"))
    is_free = request.args.get("free") == "1"
    zone = (actor.timezone if actor else None) or "UTC"
    chosen = EventFilter(
        query=query,
        within=stretch_of(window, now, zone) if window else None,
        with_free_places=is_free,
    )
    page = list_events(chosen, user_id=actor.user_id if actor else None, page=page_number(), now=now)

    here = url_for("participant.events")

    def address(**changes: Any) -> str:
        """This list with other filters; a filter that is off is left out of the address."""
        wanted: dict[str, Any] = {"q": query, "when": window or "", "free": "1" if is_free else ""}
        wanted.update(changes)
        kept = urlencode({name: value for name, value in wanted.items() if value})
        return f"{here}?{kept}" if kept else here

    response = render(
        "participant/places/events.html",
        "participant/places/_event_list.html",
        page=page,
        lines=[listed_row(place, now) for place in page.rows],
        query=query,
        window=window,
        is_free=is_free,
        address=address,
        is_filtered=bool(query or window or is_free),
    )
    if wants_fragment():
        response.headers["HX-Push-Url"] = address(page=page.number if page.number > 1 else "")
    return response


def _window(word: str | None) -> EventWindow | None:
    return EventWindow(word) if word in set(EventWindow) else None
