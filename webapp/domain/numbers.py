"""Numbers as a form sends them: ASCII digits, one spelling, bounds first."""

from webapp.domain.refusal import Refused

MAX_ID = 2**63 - 1
MAX_VERSION = 2**31 - 1
_DIGITS = frozenset("0123456789")


def parse_whole(text: str, *, low: int, high: int, field: str) -> int:
    """A whole number without sign, spaces or leading zeros, or `number_invalid`."""
    plain = bool(text) and len(text) <= len(str(high)) and set(text) <= _DIGITS
    if not plain or (len(text) > 1 and text[0] == "0") or not low <= int(text) <= high:
        raise Refused("number_invalid", field=field, low=low, high=high)
    return int(text)


def whole_or_none(text: str, *, high: int = MAX_VERSION) -> int | None:
    """A whole number from 1 that something carries along, or None for what is none."""
    try:
        return parse_whole(text, low=1, high=high, field="number")
    except Refused:
        return None
