"""Series of events: repeating one, and all dates of a series on a page."""

from webapp.views.admin.events.series import dates, repeating

__all__ = ["dates", "repeating"]
