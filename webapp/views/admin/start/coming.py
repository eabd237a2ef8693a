"""How many are expected at what comes next, and how often such a range was right."""

from collections.abc import Sequence
from datetime import datetime

from flask import render_template

from webapp.domain.events.forecast import (
    LAST_EVENTS,
    LEAST_EVENTS,
    LEAST_OUTCOMES,
    PROMISE,
    WEIGHT,
    BaseRate,
    Forecast,
    accuracy_of,
    forecast,
)
from webapp.domain.permission import Permission
from webapp.extensions import db
from webapp.queries.events.day_events import DayEvent
from webapp.queries.events.forecast import base_rates, past_forecasts, records_ahead
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.guards import staff, the_actor


def forecasts_of(events: Sequence[DayEvent], now: datetime) -> dict[int, Forecast]:
    """Event id -> the range for who has a place now; events about which nothing can be said are not in it.

    Three statements, whatever the number of events and people.
    """
    session = db.session()
    rates = base_rates(session, sorted({event.organization_id for event in events}), now)
    records = records_ahead(session, [event.id for event in events])
    said = {one.id: forecast(records.get(one.id, ()), rates.get(one.organization_id, BaseRate())) for one in events}
    return {event_id: one for event_id, one in said.items() if one is not None}


@blueprint.get("/forecast", endpoint="forecast")
@staff(Permission.VIEW_ROSTER)
def forecast_page() -> str:
    """The method in words, and what its ranges of the last year came to."""
    past = past_forecasts(the_actor().reach(Permission.VIEW_ROSTER), request_time.now())
    return render_template(
        "admin/start/forecast.html",
        lines=accuracy_of(past),
        promise=round(100 * PROMISE),
        weight=WEIGHT,
        last_events=LAST_EVENTS,
        least_events=LEAST_EVENTS,
        least_outcomes=LEAST_OUTCOMES,
    )
