"""How the constraints of series are broken; `test_constraints` does it."""

from sqlalchemy import insert, select

from tests.support.worlds.world import NOON
from webapp.models import Event, EventSeries, EventSeriesChange

WHERE = ("organization_id", "facility_id")


def series_row(ids, **changes) -> dict:
    of = {name: select(Event.__table__.c[name]).where(Event.id == ids["event"]).scalar_subquery() for name in WHERE}
    usual = {
        **of, "slug": "clay", "title": "Clay",
        "rrule": "FREQ=WEEKLY;COUNT=6", "created_at": NOON,
    }  # fmt: skip
    return {**usual, **changes}


def change_row(ids, **changes) -> dict:
    usual = {
        "series_id": select(EventSeries.id).scalar_subquery(), "event_id": ids["event"], "version": 2, "batch": "b",
        "before": {}, "after": {}, "reason": "Concert", "actor_id": ids["user"], "at": NOON,
    }  # fmt: skip
    return {**usual, **changes}


#: As `test_constraints.TWICE`.
TWICE = {
    "uq_event_series_slug": (EventSeries, series_row, series_row),
    "uq_event_series_changes_version": (EventSeriesChange, change_row, change_row),
}


def seed(session, ids) -> None:
    """A series to stand beside the wrong rows."""
    session.execute(insert(EventSeries).values(series_row(ids, slug="seed")))
