"""The dates of a judged rule, by python-dateutil."""

from datetime import date, datetime, time

from dateutil.rrule import rrulestr

from webapp.domain.classes.recurrence import MOST_SESSIONS, Recurrence
from webapp.domain.refusal import Refused


def dates_of(rule: Recurrence, *, starts_on: date, ends_on: date) -> list[date]:
    """The dates of the rule from `starts_on`, all within the class; without an end of its own until `ends_on`.

    Stops at the first date too many. Raises `too_many_sessions`, `rrule_beyond_class`, `no_sessions`.
    """
    dates: list[date] = []
    # Wall-clock dates without a zone: which instants they are is another question.
    for found in rrulestr(rule.text, dtstart=datetime.combine(starts_on, time.min)):
        if found.date() > ends_on:
            if rule.count is not None:
                raise Refused("rrule_beyond_class", ends_on=ends_on)
            break
        if len(dates) == MOST_SESSIONS:
            raise Refused("too_many_sessions", most=MOST_SESSIONS)
        dates.append(found.date())
    if not dates:
        raise Refused("no_sessions")
    return dates
