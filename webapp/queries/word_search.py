"""Search by words: every word typed has to begin a word of the text, in any order, accents ignored."""

from sqlalchemy import ColumnElement, and_, true

from webapp.domain.text import search_words

#: More than that is no search.
LONGEST_QUERY = 200


def begins_words(column: ColumnElement[str], query: str) -> ColumnElement[bool]:
    """Whether each folded word of `query` begins a word of a `search_text` column; none: always."""
    # A folded word has neither % nor _, so it needs no escape.
    found = [column.like(f"% {word}%") for word in search_words(query[:LONGEST_QUERY])]
    return and_(true(), *found)
