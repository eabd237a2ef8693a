"""Organizations: their settings and their facilities."""

from webapp.views.admin.organizations import organization

__all__ = ["organization"]
