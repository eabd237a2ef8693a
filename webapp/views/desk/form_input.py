"""Ids, versions and tap ids as desk forms send them: one spelling each."""

from webapp.domain.numbers import MAX_ID, parse_whole
from webapp.domain.refusal import Refused
from webapp.domain.request_id import require_request_id
from webapp.views.form_input import one_field


def sent_id(name: str) -> int:
    """A row's id; anything that cannot be one is a row that does not exist (`not_found`)."""
    try:
        return parse_whole(one_field(name), low=1, high=MAX_ID, field=name)
    except Refused as error:
        if error.code == "field_repeated":
            raise
        raise Refused("not_found") from error


def sent_version() -> int | None:
    """The version a form was opened on, where it says one (`stale` when it cannot be read)."""
    text = one_field("version")
    try:
        return parse_whole(text, low=1, high=MAX_ID, field="version") if text else None
    except Refused as error:
        raise Refused("stale") from error


def sent_request_id() -> str:
    """The id of this tap (`request_id_invalid`)."""
    return require_request_id(one_field("request_id"))
