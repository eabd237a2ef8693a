"""What is next for me, and what was."""

from collections.abc import Sequence

from flask import Response, render_template
from sqlalchemy import Row

from webapp.domain.classes.class_enrollment import LIVE
from webapp.domain.questions.answer import Sheet
from webapp.queries.asking.attendance_response import waiting_questions
from webapp.queries.classes.my_classes import my_classes
from webapp.queries.organizations.legal import open_terms
from webapp.queries.places.my_events import MyEvents
from webapp.queries.places.my_events import my_events as find_my_events
from webapp.queries.places.standing import EventStanding
from webapp.queries.questions.sheets import own_sheets
from webapp.views import request_time
from webapp.views.guards import signed_in, the_actor
from webapp.views.paging import page_number
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.places.answers import open_questions


@blueprint.get("/me")
@signed_in
def my_events() -> Response:
    now, user_id, page = request_time.now(), the_actor().user_id or 0, page_number()
    mine = find_my_events(user_id, page=page, now=now)
    # Old events are turned over on pages of their own; what waits for an answer is on the first.
    waiting = waiting_questions(user_id, now) if page == 1 else ()
    found = my_classes(user_id, now) if page == 1 else ()
    live = [one for one in found if one.status in LIVE]
    classes = {"live": live, "over": [one for one in found if one not in live]}
    terms = open_terms(user_id) if page == 1 and _is_demanded(mine, found) else ()
    asked = open_questions(_asked_places(mine), now) if page == 1 else ()
    body = render_template(
        "participant/places/my_events.html", mine=mine, waiting=waiting, classes=classes, terms=terms, asked=asked
    )
    return Response(body)


def _asked_places(mine: MyEvents) -> dict[int, tuple[EventStanding, Sheet]]:
    """What is before somebody and asks them something. No statement where nothing does."""
    ahead = {place.own.id: place for place in (*mine.next, *mine.waitlisted, *mine.pending) if place.own}
    sheets = own_sheets({id_: place.event.has_questions for id_, place in ahead.items()})
    return {id_: (ahead[id_], sheet) for id_, sheet in sheets.items()}


def _is_demanded(mine: MyEvents, classes: Sequence[Row]) -> bool:
    """Whether an organization of what is shown demands a yes to its terms: of the others nobody is asked."""
    events = (*mine.next, *mine.waitlisted, *mine.pending, *mine.past)
    return any(one.event.demands_terms for one in events) or any(one.demands_terms for one in classes)
