"""Path converters: one spelling per id, bounded, so a wrong one is a 404 and not an error."""

from flask import Flask
from werkzeug.routing import BaseConverter, ValidationError

from webapp.domain.numbers import MAX_ID, parse_whole
from webapp.domain.refusal import Refused


class IdConverter(BaseConverter):
    """A row id: ASCII digits, from 1, no leading zero, within 64 bits.

    One digit less than 64 bits have: a number that only `to_python` refuses would be
    answered 405 where GET and POST of a page are two rules.
    """

    regex = r"[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        try:
            return parse_whole(value, low=1, high=MAX_ID, field="id")
        except Refused as error:
            raise ValidationError from error


class SlugConverter(BaseConverter):
    """The readable name of an event in its address."""

    regex = r"[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?"


class PassCodeConverter(BaseConverter):
    """A pass code in any case."""

    regex = r"[0-9A-Za-z]{8}"

    def to_python(self, value: str) -> str:
        return value.upper()


def register(app: Flask) -> None:
    """Make `<id:...>`, `<slug:...>` and `<pass_code:...>` known to the app's rules."""
    app.url_map.converters.update(id=IdConverter, slug=SlugConverter, pass_code=PassCodeConverter)
