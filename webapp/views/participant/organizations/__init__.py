"""Organizations as everybody sees them: their page, their calendar, their picture."""

from webapp.views.participant.organizations import accent, embed, feed, legal, logo, opening, page

__all__ = ["accent", "embed", "feed", "legal", "logo", "opening", "page"]
