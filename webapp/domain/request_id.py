"""The id a form or a tap carries, so that sending it twice counts once."""

import re

from webapp.domain.refusal import Refused

_SHAPE = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)


def require_request_id(text: str | None) -> str:
    """The id, or a refusal (`request_id_invalid`) when it is missing or malformed."""
    if not text or not _SHAPE.fullmatch(text):
        raise Refused("request_id_invalid")
    return text
