"""What is said about an event and about a standing, beside the words for a status."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from jinja2 import pass_context
from jinja2.runtime import Context

from webapp.domain.closure import AttendanceRequirement, AttendanceRule
from webapp.domain.enrollment import Trigger
from webapp.domain.event_days import local_date
from webapp.domain.standing import StandingState as State
from webapp.queries.events.event import EventFacts
from webapp.views.instants import clock_time, day, days_list, when
from webapp.views.participant.blueprint import blueprint

#: Said aloud after a change, and as the one line above the page without JavaScript.
_ANNOUNCED: Mapping[State, str] = {
    State.OPEN: "There are places again.",
    State.FULL_WITH_WAITLIST: "All places are taken. The waitlist is open.",
    State.FULL: "Event is full.",
    State.NOT_OPEN: "Enrollment is not open yet.",
    State.CLOSED: "Enrollment is closed.",
    State.EVENT_CANCELLED: "This event will not take place.",
    State.PENDING: "Your application is with the organizer.",
    State.WAITLISTED: "You are on the waitlist (position {rank}).",
    State.PROMOTED: "You are in. Your place is confirmed.",
    State.CONFIRMED: "You are enrolled. Your place is confirmed.",
    State.CHECKED_IN: "You are checked in.",
    State.SETTLING: "The event has ended.",
    State.LAPSED: "The waitlist is closed.",
    State.ATTENDED: "Your attendance is recorded.",
    State.NO_SHOW: "Not counted as attended.",
    State.CANCELLED: "You gave up your place.",
    State.REJECTED: "Your application was not accepted.",
}
#: Ends the title of the event's page: "Hand-building with clay: you are on the waitlist".
_IN_TITLE: Mapping[State, str] = {
    State.FULL: "event is full",
    State.EVENT_CANCELLED: "called off",
    State.PENDING: "you applied",
    State.WAITLISTED: "you are on the waitlist",
    State.PROMOTED: "you are in",
    State.CONFIRMED: "you are enrolled",
    State.CHECKED_IN: "you are checked in",
    State.ATTENDED: "thanks for coming",
    State.NO_SHOW: "not counted as attended",
    State.CANCELLED: "you gave up your place",
    State.REJECTED: "your application was not accepted",
}


def announcement(
    state: State, *, rank: int | None = None, moved_by: Trigger | None = None, moved_up: bool = False
) -> str:
    """One sentence about where the reader stands now, or "" where there is nothing to say."""
    if moved_up and state is State.WAITLISTED:
        return f"You moved up to position {rank}."
    if state is State.CANCELLED and moved_by is not Trigger.USER:
        return "Your place was cancelled."
    return _ANNOUNCED.get(state, "").format(rank=rank)


def title_words(state: State) -> str:
    """How the title of the page goes on after the event's own title."""
    return f": {_IN_TITLE[state]}" if state in _IN_TITLE else ""


def rule_words(rule: AttendanceRule) -> tuple[str, str]:
    """What counts as attended: what to do, and what it is for."""
    if rule.total_days == 1:
        return "Check in at the door", "That is what counts as attended"
    if rule.requirement is AttendanceRequirement.ANY_DAY or rule.required_days == 1:
        return f"Come on any of the {rule.total_days} days", "One day counts as attended"
    if rule.required_days == rule.total_days:
        return f"Come on all {rule.total_days} days", "That is what counts as attended"
    return (
        f"Come on at least {rule.required_days} of the {rule.total_days} days",
        "That is what counts as attended",
    )


@blueprint.app_template_global()
@pass_context
def event_dates(context: Context, event: EventFacts) -> str:
    """Sat 13 June; 19 to 21 June; with the year where it is not this one"""
    now = context.get("now")
    if len(event.days) == 1:
        return day(event.starts_at, event.timezone, now)
    this_year = now is not None and local_date(now, event.timezone).year == event.days[-1].year
    return days_list(event.days) + ("" if this_year else f" {event.days[-1].year}")


@blueprint.app_template_global()
@pass_context
def event_days(context: Context, event: EventFacts) -> str:
    """Sat 13 June, 10:00; 19 to 21 June"""
    dates = event_dates(context, event)
    return f"{dates}, {clock_time(event.starts_at, event.timezone)}" if len(event.days) == 1 else dates


@blueprint.app_template_global()
def hours_for(event: EventFacts, timezone: str | None) -> str | None:
    """When the event starts by the reader's own clock; None where that is the event's, too."""
    if timezone is None:
        return None
    there, here = (event.starts_at.astimezone(ZoneInfo(zone)) for zone in (event.timezone, timezone))
    if there.replace(tzinfo=None) == here.replace(tzinfo=None):
        return None
    is_same_day = there.date() == here.date()
    return clock_time(event.starts_at, timezone) if is_same_day else when(event.starts_at, timezone, event.starts_at)
