"""Where staff begin: what is on today, what waits for them, what comes next."""

from webapp.views.admin.start import page

__all__ = ["page"]
