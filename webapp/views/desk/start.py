"""Where a shift begins: which event, and what this desk is called."""

from flask import Response, make_response, render_template, request, url_for

from webapp import clock
from webapp.domain.event_days import local_date
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line
from webapp.queries.desk.start import desk_events
from webapp.queries.events.event import EventFacts
from webapp.views.current_actor import current_actor, current_helper
from webapp.views.desk.blueprint import blueprint
from webapp.views.desk.desk_name import LONGEST, UNNAMED, remember_desk, remembered_desk
from webapp.views.desk.form_input import sent_id
from webapp.views.desk.words import day_in_words
from webapp.views.errors import status_of
from webapp.views.form_input import one_field
from webapp.views.guards import desk_crew
from webapp.views.loading import load_desk
from webapp.views.responses import see_other
from webapp.views.wording import refusal_sentence


@blueprint.get("/")
@desk_crew
def start() -> Response:
    """Today's events first. A helper has one event, and goes there."""
    helper = current_helper()
    if helper is not None and not _organizations():
        return see_other(url_for("desk.desk", event_id=helper.helper_event_id))
    return _page(remembered_desk() or "")


@blueprint.post("/")
@desk_crew
def open_named() -> Response:
    """Remember the desk's name in this browser, and open the event's desk."""
    event, _actor = load_desk(sent_id("event"))
    try:
        name = clean_line(one_field("desk") or UNNAMED, limit=LONGEST, field="desk")
    except Refused as refusal:
        sentence = refusal_sentence(refusal.code, **refusal.facts)
        return _page(one_field("desk"), error=sentence, status=status_of(refusal))
    response = see_other(url_for("desk.desk", event_id=event.id))
    remember_desk(response, name)
    return response


def _page(name: str, *, error: str | None = None, status: int = 200) -> Response:
    now = clock.now()
    events = desk_events(_organizations(), now)
    running = [event for event in events if _is_today(event)]
    later = [event for event in events if not _is_today(event) and event.starts_at > now]
    chosen = request.form.get("event") or (running or later or [None])[0]
    page = render_template(
        "desk/start.html", running=running, later=later, chosen=getattr(chosen, "id", chosen), desk_name=name,
        error=error, first_day=_first_day, day_today=_day_today,
    )  # fmt: skip
    return make_response(page, status)


def _organizations() -> list[int]:
    actor = current_actor()
    return actor.organizations_with(Permission.RUN_DESK) if actor else []


def _is_today(event: EventFacts) -> bool:
    return local_date(clock.now(), event.timezone) in event.days


def _first_day(event: EventFacts) -> str:
    return day_in_words(event.days[0], local_date(clock.now(), event.timezone))


def _day_today(event: EventFacts) -> int:
    return event.days.index(local_date(clock.now(), event.timezone)) + 1
