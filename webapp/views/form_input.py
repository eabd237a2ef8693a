"""What a form or an address bar sent, read one field at a time; nothing is copied wholesale."""

from flask import request

from webapp.domain.numbers import MAX_ID, parse_whole
from webapp.domain.refusal import Refused

#: Nobody turns that many pages; a larger number is a typing error.
_LAST_PAGE = 100_000


def one_field(name: str) -> str:
    """The field's one value, or "". The same field with two values is refused (`field_repeated`)."""
    values = set(request.form.getlist(name))
    if len(values) > 1:
        raise Refused("field_repeated", field=name)
    return values.pop() if values else ""


def page_number() -> int:
    """`?page=`, from 1. Raises `not_found` for what is no page number."""
    try:
        return parse_whole(request.args.get("page") or "1", low=1, high=_LAST_PAGE, field="page")
    except Refused:
        raise Refused("not_found") from None


def event_ids() -> list[int]:
    """Every `event` field of a form about several, once each. Raises `not_found` for what is no id."""
    return row_ids("event")


def row_ids(name: str) -> list[int]:
    """Every field of that name in a form about several, once each. Raises `not_found` for what is no id."""
    sent = dict.fromkeys(request.form.getlist(name))
    try:
        return [parse_whole(text, low=1, high=MAX_ID, field=name) for text in sent]
    except Refused:
        raise Refused("not_found") from None
