"""I was there: said of a place that came out as a no-show, on the event's page and behind it."""

from webapp.views.participant.appeals import appeal

__all__ = ["appeal"]
