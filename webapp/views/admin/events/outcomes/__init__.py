"""What an event comes to for its people: a preview, what closing left open, corrections, appeals, opening it again."""

from webapp.views.admin.events.outcomes import appeals, excuse, override, rehearsal, reopening, settling

__all__ = ["appeals", "excuse", "override", "rehearsal", "reopening", "settling"]
