"""Which page of a list an address asks for."""

from flask import request

from webapp.domain.numbers import parse_whole
from webapp.domain.refusal import Refused

#: Nobody turns that many pages; a larger number is a typing error.
_LAST_PAGE = 100_000


def page_number() -> int:
    """`?page=`, from 1. Raises `not_found` for what is no page number."""
    return page_of(request.args.get("page", ""))


def page_of(text: str) -> int:
    """The number of a page, 1 where there is none. Raises `not_found` for what is no page number."""
    try:
        return parse_whole(text or "1", low=1, high=_LAST_PAGE, field="page")
    except Refused:
        raise Refused("not_found") from None
