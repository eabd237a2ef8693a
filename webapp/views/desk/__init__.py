"""The check-in desk: one field, one result, one list; for staff, and for helpers of one event."""

from webapp.views.desk import (  # noqa: F401 -- they add routes
    answers,
    arrivals,
    decide,
    helpers,
    known_people,
    page,
    party,
    start,
    taps,
    walk_in,
)
from webapp.views.desk.blueprint import blueprint
from webapp.views.desk.standby import leaving  # noqa: F401

__all__ = ["blueprint"]
