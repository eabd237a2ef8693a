"""Legal texts: of the installation, and of each organization."""

from enum import StrEnum

from webapp.domain.refusal import Refused
from webapp.domain.text import clean_prose

TEXT_LIMIT = 20_000


class LegalKind(StrEnum):
    """In the order in which they are shown."""

    IMPRINT = "imprint"
    PRIVACY = "privacy"
    TERMS = "terms"


def require_legal_text(text: str) -> str:
    """The text as it is kept; empty where there is none. Raises `text_too_long`, `text_broken`."""
    return clean_prose(text, limit=TEXT_LIMIT, field="legal_text")


def require_current(text_id: int, current_id: int | None) -> None:
    """Refuse (`terms_changed`) a yes to terms that were replaced, or taken away, since they were read."""
    if text_id != current_id:
        raise Refused("terms_changed")
