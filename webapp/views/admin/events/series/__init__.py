"""Series of events: repeating one, and all dates of a series on a page."""

from webapp.views.admin.events.series import changing, dates, ending, repeating

__all__ = ["changing", "dates", "ending", "repeating"]
