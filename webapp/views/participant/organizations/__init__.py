"""Organizations as everybody sees them: their page, their calendar, their picture."""

from webapp.views.participant.organizations import embed, feed, logo, page

__all__ = ["embed", "feed", "logo", "page"]
