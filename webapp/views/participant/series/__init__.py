"""The public page of a series, a place on several of its dates, and the passes for them."""

from webapp.views.participant.series import enrolling, leaving, page, passes

__all__ = ["enrolling", "leaving", "page", "passes"]
