"""The address of a list is its state: filters, search and page, read leniently."""

from enum import Enum
from typing import TypeVar

from flask import request

from webapp.queries.word_search import LONGEST_QUERY

Choice = TypeVar("Choice", bound=Enum)


def chosen(options: type[Choice], name: str) -> Choice | None:
    """The option that the address names, or None; an unknown one is no filter."""
    try:
        return options(request.args.get(name, ""))
    except ValueError:
        return None


def query_words() -> str:
    """What is searched for, as typed."""
    return request.args.get("q", "").strip()[:LONGEST_QUERY]
