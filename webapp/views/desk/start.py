"""Where a shift begins: which event, and what this desk is called."""

from flask import Response, make_response, render_template, url_for

from webapp.domain.event_days import local_date
from webapp.domain.permission import Permission, Reach
from webapp.languages.words import gettext
from webapp.queries.desk.start import desk_events
from webapp.queries.events.event import EventFacts
from webapp.views import request_time
from webapp.views.current_actor import current_actor, current_helper
from webapp.views.desk.blueprint import blueprint
from webapp.views.desk.desk_name import LONGEST, UNNAMED, remember_desk, remembered_desk
from webapp.views.desk.words import day_in_words
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.readers import line
from webapp.views.forms.sent import sent_id
from webapp.views.guards import desk_crew
from webapp.views.loading import load_desk
from webapp.views.responses import see_other

_SHIFT = FormKind(("event", "desk"))


@blueprint.get("/")
@desk_crew
def start() -> Response:
    """Today's events first. A helper has one event, and goes there."""
    helper = current_helper()
    if helper is not None and not _reach():
        return see_other(url_for("desk.desk", event_id=helper.helper_event_id))
    return _page(_SHIFT.filled({"desk": remembered_desk()}))


@blueprint.post("/")
@desk_crew
def open_named() -> Response:
    """Remember the desk's name in this browser, and open the event's desk."""
    form = _SHIFT.sent()
    if not form.values["event"]:
        form.errors["event"] = gettext("Choose an event")
        return _page(form)
    event, _actor = load_desk(sent_id("event"))
    name = form.read("desk", lambda text: line(LONGEST)(text or UNNAMED))
    if form.is_refused:
        return _page(form)
    response = see_other(url_for("desk.desk", event_id=event.id))
    remember_desk(response, name)
    return response


def _page(form: Form) -> Response:
    now = request_time.now()
    events = desk_events(_reach(), now)
    running = [event for event in events if _is_today(event)]
    later = [event for event in events if not _is_today(event) and event.starts_at > now]
    first = next(iter(running or later), None)
    page = render_template(
        "desk/start.html",
        running=running,
        later=later,
        chosen=form.values["event"] or (first and first.id),
        desk_name=form.values["desk"],
        errors=form.errors,
        first_day=_first_day,
        day_today=_day_today,
    )
    return make_response(page, form.status)


def _reach() -> Reach:
    actor = current_actor()
    return actor.reach(Permission.RUN_DESK) if actor else Reach()


def _is_today(event: EventFacts) -> bool:
    return local_date(request_time.now(), event.timezone) in event.days


def _first_day(event: EventFacts) -> str:
    return day_in_words(event.days[0], local_date(request_time.now(), event.timezone))


def _day_today(event: EventFacts) -> int:
    return event.days.index(local_date(request_time.now(), event.timezone)) + 1
