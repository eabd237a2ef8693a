"""The standby line: who loses a place, who gains one."""

from webapp.views.admin.events.standby import release

__all__ = ["release"]
