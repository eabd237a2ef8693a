"""The check-in desk: one field, one result, one list; for staff, and for helpers of one event."""

from webapp.views.desk import arrivals, decide, helpers, page, start, taps, walk_in  # noqa: F401 -- they add routes
from webapp.views.desk.blueprint import blueprint

__all__ = ["blueprint"]
