"""So long before or after the event: as the form of a message asks it, and in words."""

from webapp.domain.classes.class_draft import parse_clock_time
from webapp.domain.notices.relative_time import MOST_HOURS, Anchor, RelativeTime
from webapp.languages import formats
from webapp.languages.words import gettext
from webapp.views.forms.form import Form
from webapp.views.forms.readers import one_of, whole
from webapp.views.words.formatting import plural

BY_EVENT = "event"
_HOURS, _DAYS, _BEFORE, _AFTER = "hours", "days", "before", "after"
#: The fields of it.
TIMES = ("amount", "unit", "side", "anchor", "clock")


def relative_choices() -> dict[str, list[tuple[str, str]]]:
    """What each select offers."""
    return {
        "unit": [(_DAYS, gettext("days, at a time of day")), (_HOURS, gettext("hours"))],
        "side": [(_BEFORE, gettext("before")), (_AFTER, gettext("after"))],
        "anchor": [(str(Anchor.START), gettext("it starts")), (str(Anchor.END), gettext("it ends"))],
    }


def shown_relative(relative: RelativeTime | None) -> dict[str, object]:
    """The fields as they stand for it; without one: the day before, at nine."""
    if relative is None:
        return {"amount": 1, "unit": _DAYS, "side": _BEFORE, "anchor": Anchor.START, "clock": "09:00"}
    amount = relative.days if relative.days is not None else relative.hours or 0
    return {
        "amount": abs(amount),
        "unit": _HOURS if relative.days is None else _DAYS,
        "side": _BEFORE if amount < 0 else _AFTER,
        "anchor": relative.anchor,
        "clock": f"{relative.at:%H:%M}" if relative.at else "09:00",
    }


def read_relative(form: Form) -> RelativeTime | None:
    """What the fields say, or None with the mistakes noted."""
    amount = form.read("amount", whole(0, MOST_HOURS))
    unit, side = form.read("unit", one_of([_HOURS, _DAYS])), form.read("side", one_of([_BEFORE, _AFTER]))
    anchor = form.read("anchor", one_of(Anchor))
    at = form.read("clock", parse_clock_time) if unit == _DAYS else None
    if amount is None or unit is None or side is None or anchor is None or (unit == _DAYS and at is None):
        return None
    signed = -amount if side == _BEFORE else amount
    return RelativeTime(anchor, days=signed, at=at) if unit == _DAYS else RelativeTime(anchor, hours=signed)


def relative_words(relative: RelativeTime) -> str:
    """2 days before it starts, at 09:00"""
    is_before = (relative.days or relative.hours or 0) < 0
    amount = abs(relative.days if relative.days is not None else relative.hours or 0)
    long = (
        plural(amount, "{n} day", "{n} days") if relative.days is not None else plural(amount, "{n} hour", "{n} hours")
    )
    sentences = {
        (True, Anchor.START): gettext("{long} before it starts", long=long),
        (False, Anchor.START): gettext("{long} after it starts", long=long),
        (True, Anchor.END): gettext("{long} before it ends", long=long),
        (False, Anchor.END): gettext("{long} after it ends", long=long),
    }
    said = sentences[is_before, relative.anchor]
    if relative.at is None:
        return said
    return gettext("{said}, at {time}", said=said, time=formats.hour_and_minute(relative.at))
