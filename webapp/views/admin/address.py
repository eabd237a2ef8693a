"""The address of a list is its state: filters, search and page, read leniently."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import Enum
from typing import Any, TypeVar

from flask import request, url_for

from webapp.languages.words import gettext
from webapp.queries.page import FilteredPage, Page
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


def list_address(endpoint: str, asked: Any, **ids: Any) -> str:
    """The address of a list: its filter (a dataclass) field by field, `query` as `q`; what is usual is left out."""
    values = {"q" if one.name == "query" else one.name: getattr(asked, one.name) for one in fields(asked)}
    return url_for(endpoint, **ids, **{name: value for name, value in values.items() if value not in (None, "", 1)})


def neighbours(found: Page, address: Callable[[int], str]) -> dict[str, str | None]:
    """Where the pages before and after are, as the pager takes them; None where there is none."""
    return {
        "previous_href": address(found.number - 1) if found.number > 1 else None,
        "next_href": address(found.number + 1) if found.has_next else None,
    }


def filter_chips(
    found: FilteredPage, words: Mapping[Choice, str], current: Choice | None, address: Callable[[Choice | None], str]
) -> list[dict[str, object]]:
    """The filters of a list, each with the number of rows behind it; the first lets everything through."""
    counts: dict[Choice | None, int] = {None: found.matching, **found.counts}
    shown: list[tuple[Choice | None, str]] = [(None, gettext("All")), *words.items()]
    return [
        {
            "words": said,
            "id": f"chip-{one.value if one else 'all'}",
            "href": address(one),
            "count": counts.get(one, 0),
            "current": one is current,
        }
        for one, said in shown
    ]
