"""Search by words: every word typed has to begin a word of the text, in any order, accents ignored."""

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, true

from webapp.domain.text import search_words

#: More than that is no search.
LONGEST_QUERY = 200


def matches_words(column: SQLColumnExpression[str], query: str) -> ColumnElement[bool]:
    """Whether each folded word of `query` begins a word of a `search_text` column; none: always."""
    return and_(true(), *(column.like(like_word(word)) for word in search_words(query[:LONGEST_QUERY])))


def like_word(word: str) -> str:
    """The pattern under which a text is found in which a word begins with this folded one."""
    # A folded word has neither % nor _, so it needs no escape.
    return f"% {word}%"
