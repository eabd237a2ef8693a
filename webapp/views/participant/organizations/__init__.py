"""Organizations as everybody sees them: their page, their calendar, their picture."""

from webapp.views.participant.organizations import accent, embed, feed, legal, logo, page

__all__ = ["accent", "embed", "feed", "legal", "logo", "page"]
