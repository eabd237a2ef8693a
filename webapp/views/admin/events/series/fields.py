"""The form by which an event is repeated: a rule, and the dates of it that are wanted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from webapp.domain.classes.class_draft import parse_local_date
from webapp.domain.events.copying import proposed_start
from webapp.domain.events.series import MOST_DATES, PlannedDate, Skip
from webapp.domain.recurrence import WEEKDAYS, Recurrence
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.events.event import EventFacts
from webapp.queries.events.series import planned_dates
from webapp.views import request_time
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.recurrence import read_rule

#: What is proposed to begin with.
_USUAL_DATES = 6


def _too_many(_refused: Refused) -> str:
    return gettext("A series can have up to {most} dates. Choose fewer", most=MOST_DATES)


REPEATING = FormKind(
    ("repeat", "interval", "starts_on", "until", "count", "rule"),
    lists=("day", "on"),
    sentences={
        ("interval", "number_invalid"): N_("Enter how often as a whole number from {low} to {high}"),
        ("count", "number_invalid"): N_("Enter the number of dates as a whole number from {low} to {high}"),
        "rrule_too_frequent": N_("Dates can repeat daily, weekly or monthly, at most once a day"),
        "too_many_sessions": _too_many,
        "no_sessions": N_("There would be no date. Change the days"),
        "rrule_beyond_class": N_("Dates can be up to five years ahead. Choose fewer"),
    },
    field_of={
        "rrule_invalid": "rule",
        "rrule_too_frequent": "rule",
        "series_needs_end": "count",
        "too_many_sessions": "count",
        "rrule_beyond_class": "count",
        "date_out_of_range": "starts_on",
        "no_sessions": "starts_on",
    },
)


@dataclass(frozen=True, slots=True)
class Plan:
    """A rule, and what becomes of its dates."""

    rule: Recurrence
    dates: Sequence[PlannedDate]

    @property
    def key(self) -> str:
        """By which a list of dates is known to be that of this rule."""
        return f"{self.rule.text} {self.dates[0].local_on}"

    @property
    def proposed(self) -> frozenset[date]:
        """The dates that are made unless somebody says otherwise."""
        return frozenset(one.local_on for one in self.dates if one.skip is None)

    @property
    def offered(self) -> list[PlannedDate]:
        """The dates to choose from."""
        return [one for one in self.dates if one.skip in {None, Skip.DAY_OFF}]

    @property
    def spans(self) -> list[tuple[datetime, datetime]]:
        """When the offered dates start and end."""
        return [(one.starts_at, one.ends_at) for one in self.offered]

    @property
    def past(self) -> int:
        """How many dates of the rule have passed."""
        return sum(one.skip is Skip.PAST for one in self.dates)

    @property
    def there(self) -> list[date]:
        """Dates of the rule that the series has already."""
        return [one.local_on for one in self.dates if one.skip is Skip.THERE]


def unit_options() -> list[tuple[str, str]]:
    """What stands behind “Every 2”."""
    words = (gettext("days"), gettext("weeks"), gettext("months"), gettext("just once"))
    return list(zip(("daily", "weekly", "monthly", "once"), words, strict=True))


def new_plan(event: EventFacts) -> Form:
    """The usual: every week on the event's weekday, after it."""
    first = proposed_start(event, request_time.now()).astimezone(ZoneInfo(event.timezone)).date()
    values = {"repeat": "weekly", "interval": 1, "starts_on": first, "count": _USUAL_DATES}
    form = REPEATING.filled(values)
    form.lists = {"day": [WEEKDAYS[first.weekday()]], "on": []}
    return form


def read_plan(event: EventFacts, fields: Form) -> Plan | None:
    """The plan that the form describes, or None with the mistakes noted."""
    if fields.values["rule"].strip():
        fields.values["repeat"] = "rule"
    starts_on = fields.read("starts_on", parse_local_date)
    rule = read_rule(fields, starts_on, most=MOST_DATES)
    if rule is None or starts_on is None:
        return None
    dates = fields.check(lambda: planned_dates(event, rule, starts_on=starts_on, now=request_time.now()))
    return Plan(rule, dates) if dates else None


def read_chosen(fields: Form) -> frozenset[date]:
    """The dates that were left ticked; what is no date is none."""
    found = set()
    for text in fields.lists["on"]:
        try:
            found.add(parse_local_date(text))
        except Refused:
            continue
    return frozenset(found)
