"""Descriptions as they are read: each is made ready once, and kept for as long as somebody reads it."""

from functools import lru_cache

from webapp.adapters.markdown import markdown_html, markdown_plain

#: Of 8,000 characters at most, most of them of some hundred.
_MOST_KEPT = 512
_ELLIPSIS = "…"


@lru_cache(maxsize=_MOST_KEPT)
def prose_html(text: str) -> str:
    """The Markdown as HTML, safe to stand in a page below an h2."""
    return markdown_html(text)


@lru_cache(maxsize=_MOST_KEPT)
def prose_excerpt(text: str, limit: int) -> str:
    """The beginning of the Markdown as one line of plain text, cut between words."""
    line = " ".join(markdown_plain(text).split())
    if len(line) <= limit:
        return line
    kept = line[: limit - 1]
    return (kept.rsplit(" ", 1)[0] or kept).rstrip(",;:.- ") + _ELLIPSIS
