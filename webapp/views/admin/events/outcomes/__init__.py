"""What an event comes to for its people: a preview, what closing left open, corrections, and opening it again."""

from webapp.views.admin.events.outcomes import override, rehearsal, reopening, settling

__all__ = ["override", "rehearsal", "reopening", "settling"]
