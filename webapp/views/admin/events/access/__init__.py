"""Who may enroll in an event: its list and its link."""

from webapp.views.admin.events.access import page

__all__ = ["page"]
