"""Descriptions in templates: `event.description | prose`, and the line that stands for one in a head."""

from flask import Flask
from markupsafe import Markup

from webapp.queries.prose import prose_excerpt, prose_html

#: What search engines and chats show of a page.
_HEAD_LIMIT = 200


def prose(text: str) -> Markup:
    """The Markdown as headings, paragraphs, lists and links."""
    return Markup(prose_html(text))  # noqa: S704 -- cleaned by nh3


def excerpt(text: str, limit: int = _HEAD_LIMIT) -> str:
    """The beginning in one line, without its signs."""
    return prose_excerpt(text, limit)


def register_prose(app: Flask) -> None:
    app.jinja_env.filters.update(prose=prose, excerpt=excerpt)
