"""Parts of pages that look the same for everybody: drawn once, and kept.

Half of a page is its frame, and a list shows the same events to all. Such a part is a template of its own that sees
nothing but the values it is given, and what a page adds for its one reader goes into gaps (docs/decisions/100).
"""

from collections.abc import Mapping
from functools import lru_cache
from secrets import token_hex
from typing import Any

from flask import current_app, request
from jinja2 import Environment
from markupsafe import Markup, escape

from webapp.languages.language import spoken

#: Parts that are kept in one process, each of one to three kilobytes.
_MOST_KEPT = 3_000
#: Stands on both sides of a gap's name; nobody can write it into a title.
_EDGE = token_hex(8)


def kept_part(template: str, gaps: Mapping[str, object] | None = None, /, **values: Any) -> Markup:
    """The template with these values, which tell all that it shows; each gap is escaped and filled in anew.

    A value has to be hashable. The reader's language and where the app is mounted need not be given.
    """
    gaps = gaps or {}
    pieces = _drawn(
        current_app.jinja_env, request.root_path, spoken().tag, template, tuple(gaps), tuple(values.items())
    )
    filled = [escape(gaps[piece]) if number % 2 else piece for number, piece in enumerate(pieces)]
    return Markup("".join(filled))  # noqa: S704 -- pieces are of our templates, which escape, and gaps are escaped here


@lru_cache(maxsize=_MOST_KEPT)
def _drawn(
    environment: Environment,
    _mounted_at: str,
    _language: str,
    template: str,
    gaps: tuple[str, ...],
    values: tuple[tuple[str, Any], ...],
) -> tuple[str, ...]:
    """Text and the names of gaps in turns."""
    marked = {gap: f"{_EDGE}{gap}{_EDGE}" for gap in gaps}
    text = environment.get_template(template).render({**marked, **dict(values)})
    return tuple(text.split(_EDGE))
