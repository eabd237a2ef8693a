"""Organizations as everybody sees them: their page, their calendar, their picture."""

from webapp.views.participant.organizations import feed, logo, page

__all__ = ["feed", "logo", "page"]
