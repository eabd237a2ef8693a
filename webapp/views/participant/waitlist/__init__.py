"""A place that is held for who waits, and a place in line, by the link in the mail or on the event's page."""

from webapp.views.participant.waitlist import line, odds, offers

__all__ = ["line", "odds", "offers"]
