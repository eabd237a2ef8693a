"""Messages to people of an event: the list, writing one, how it went."""

from webapp.views.admin.mailings import messages, writing

__all__ = ["messages", "writing"]
