"""How the constraints of series are broken; `test_constraints` does it."""

from sqlalchemy import select

from tests.support.worlds.world import NOON
from webapp.models import Event, EventSeries

WHERE = ("organization_id", "facility_id")


def series_row(ids, **changes) -> dict:
    of = {name: select(Event.__table__.c[name]).where(Event.id == ids["event"]).scalar_subquery() for name in WHERE}
    usual = {
        **of, "slug": "clay", "title": "Clay",
        "rrule": "FREQ=WEEKLY;COUNT=6", "created_at": NOON,
    }  # fmt: skip
    return {**usual, **changes}


#: As `test_constraints.TWICE`.
TWICE = {"uq_event_series_slug": (EventSeries, series_row, series_row)}
