"""The part of a form that says when something recurs: how often, on which days, until when."""

from datetime import date

from webapp.domain.classes.class_draft import parse_local_date
from webapp.domain.classes.program_class import MAX_DAYS
from webapp.domain.recurrence import MOST_SESSIONS, WEEKDAYS, Recurrence, parse_rule
from webapp.languages import formats
from webapp.languages.words import gettext
from webapp.views.forms.form import Form
from webapp.views.forms.readers import whole

REPEATS = ("once", "daily", "weekly", "monthly", "rule")
_LAST_WEEK = 5


def read_rule(fields: Form, starts_on: date | None, *, most: int = MOST_SESSIONS) -> Recurrence | None:
    """The rule that was chosen (`repeat`, `interval`, `day`, `until`, `count`, `rule`); None: mistakes are noted.

    `most`: how many dates can be asked for by number.
    """
    days = fields.lists["day"]
    repeat = fields.values["repeat"]
    if repeat not in REPEATS:
        fields.errors["repeat"] = gettext("Choose one of the answers")
        return None
    if repeat == "once":
        return parse_rule("FREQ=DAILY;COUNT=1")
    if repeat == "rule":
        return fields.read("rule", parse_rule)
    parts = [f"FREQ={repeat.upper()}", *_every(fields), *_end(fields, most)]
    if repeat == "weekly" and days:
        if not set(days) <= set(WEEKDAYS):
            fields.errors["day-MO"] = gettext("Choose weekdays from the list")
            return None
        parts.append("BYDAY=" + ",".join(one for one in WEEKDAYS if one in days))
    if repeat == "monthly" and starts_on is not None:
        parts.append(f"BYDAY={_nth(starts_on)}{WEEKDAYS[starts_on.weekday()]}")
    return None if fields.errors else fields.read("until", lambda _text: parse_rule(";".join(parts)))


def _every(fields: Form) -> list[str]:
    interval = fields.read("interval", whole(1, MAX_DAYS // 2))
    return [f"INTERVAL={interval}"] if interval else []


def _end(fields: Form, most: int) -> list[str]:
    until, count = fields.values["until"].strip(), fields.values["count"].strip()
    if until and count:
        fields.errors["count"] = gettext("Enter a last day or a number of sessions, not both")
        return []
    if count:
        number = fields.read("count", whole(1, most))
        return [f"COUNT={number}"] if number else []
    if until:
        last = fields.read("until", parse_local_date)
        return [f"UNTIL={last:%Y%m%d}"] if last else []
    return []


def _nth(on: date) -> int:
    """Which of its weekday in the month that is; the fifth is the last."""
    nth = (on.day - 1) // 7 + 1
    return -1 if nth == _LAST_WEEK else nth


def weekday_options() -> list[tuple[str, str, str]]:
    """("MO", "Mon", "Monday"), ..."""
    return list(zip(WEEKDAYS, formats.weekdays("abbreviated"), formats.weekdays(), strict=True))
