"""The dates of a judged rule, by python-dateutil."""

from datetime import date, datetime, time

from dateutil.rrule import rrulestr

from webapp.domain.recurrence import MOST_SESSIONS, Recurrence
from webapp.domain.refusal import Refused


def dates_of(rule: Recurrence, *, starts_on: date, ends_on: date, most: int = MOST_SESSIONS) -> list[date]:
    """The dates of the rule from `starts_on` to `ends_on`, which is the end of a rule without one of its own.

    Stops at the first date beyond `most`. Raises `too_many_sessions`, `rrule_beyond_class`, `no_sessions`.
    """
    dates: list[date] = []
    # Wall-clock dates without a zone: which instants they are is another question.
    for found in rrulestr(rule.text, dtstart=datetime.combine(starts_on, time.min)):
        if found.date() > ends_on:
            if rule.count is not None:
                raise Refused("rrule_beyond_class", ends_on=ends_on)
            break
        if len(dates) == most:
            raise Refused("too_many_sessions", most=most)
        dates.append(found.date())
    if not dates:
        raise Refused("no_sessions")
    return dates
