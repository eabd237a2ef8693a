"""Where staff begin: what is on today, what waits for them, what comes next, the last months in numbers."""

from webapp.views.admin.start import coming, figures, page

__all__ = ["coming", "figures", "page"]
