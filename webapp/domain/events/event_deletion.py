"""Which events can be deleted, and how somebody says that they mean it."""

from webapp.domain.event_life import is_deletable
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line, fold

_TITLE_LIMIT = 500


def require_deletable(event_status: str) -> None:
    """Refuse an event that people count on (`event_still_published`): it is called off first."""
    if not is_deletable(event_status):
        raise Refused("event_still_published")


def require_title_typed(typed: str, title: str) -> None:
    """Refuse anything but the title (`title_missing`, `title_differs`).

    Case, accents and the kind of apostrophe do not matter: not every keyboard has them.
    """
    try:
        line = clean_line(typed, limit=_TITLE_LIMIT, field="title")
    except Refused as refused:
        raise Refused("title_missing" if refused.code == "text_missing" else "title_differs") from None
    same = fold(line) == fold(title) if fold(title) else line == title
    if not same:
        raise Refused("title_differs")
