"""Who looked at an event's page is asked afterwards; noting it is never in the way of the page."""

import logging
from collections.abc import Callable
from datetime import datetime

from flask import Flask, Response, request
from flask.globals import app_ctx

from webapp.domain.event_life import TAKES_PLACE
from webapp.domain.permission import Actor
from webapp.languages.words import N_
from webapp.queries.places.standing import EventStanding
from webapp.services.events.event_view import note_event_view
from webapp.views.responses import wants_fragment

log = logging.getLogger(__name__)

#: Events that one can have been at.
#: How browsers say that nobody looks at this yet.
_AHEAD_HEADERS = ("Sec-Purpose", N_("Purpose"), "X-Purpose", "X-Moz")


def note_view_after(response: Response, place: EventStanding, actor: Actor | None, now: datetime) -> Response:
    """Once the page is out, keep that this person saw it: the first time, and only if somebody looked."""
    if actor is not None and actor.user_id is not None and not place.was_viewed and _is_looked_at(place):
        response.call_on_close(_noting(app_ctx.app, place.event.id, actor.user_id, now))
    return response


def _is_looked_at(place: EventStanding) -> bool:
    ahead = any(request.headers.get(name, "").lower().startswith(("prefetch", "preview")) for name in _AHEAD_HEADERS)
    return request.method == "GET" and not wants_fragment() and not ahead and place.event.status in TAKES_PLACE


def _noting(app: Flask, event_id: int, user_id: int, now: datetime) -> Callable[[], None]:
    def note() -> None:
        with app.app_context():
            try:
                note_event_view(event_id=event_id, user_id=user_id, now=now)
            except Exception as error:
                # The page is out; whatever went wrong, a later look will be kept.
                log.warning("a view of event %s was not kept: %s", event_id, type(error).__name__)

    return note
