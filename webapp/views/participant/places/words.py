"""What is said about an event and about a standing, beside the words for a status."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from jinja2 import pass_context
from jinja2.runtime import Context

from webapp.domain.event_days import event_days as days_between
from webapp.domain.event_days import local_date
from webapp.domain.events.closure import AttendanceRequirement, AttendanceRule
from webapp.domain.permission import Trigger
from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.domain.places.standing import StandingState as State
from webapp.languages.language import spoken
from webapp.languages.words import N_, gettext
from webapp.queries.events.event import EventFacts
from webapp.queries.places.guest_hold import HeldPlace
from webapp.views.participant.blueprint import blueprint
from webapp.views.words.instants import clock_time, date_in_words, days_list, when

#: Said aloud after a change, and as the one line above the page without JavaScript.
_ANNOUNCED: Mapping[State, str] = {
    State.OPEN: N_("Places are available again."),
    State.FULL_WITH_WAITLIST: N_("All places are taken. The waitlist is open."),
    State.FULL: N_("Event is full."),
    State.NOT_OPEN: N_("Enrollment is not open yet."),
    State.NEEDS_LINK: N_("This event is for people with its link."),
    State.NOT_ON_LIST: N_("This event is for people on a list."),
    State.CLOSED: N_("Enrollment is closed."),
    State.EVENT_CANCELLED: N_("This event will not take place."),
    State.PENDING: N_("Your application is with the organizer."),
    State.WAITLISTED: N_("You are on the waitlist (position {rank})."),
    State.OFFERED: N_("A place is held for you."),
    State.PLACE_OPENED: N_("A place is free. The first person to take it gets it."),
    State.STILL_WAITING: N_("You are still on the waitlist."),
    State.STANDBY_OPEN: N_("No place this time. There is a standby line at the door."),
    State.IN_STANDBY: N_("You are in the standby line."),
    State.RELEASED: N_("Your place was given to someone who was waiting at the door."),
    State.PROMOTED: N_("You are in. Your place is confirmed."),
    State.CONFIRMED: N_("You are enrolled. Your place is confirmed."),
    State.CHECKED_IN: N_("You are checked in."),
    State.SETTLING: N_("The event has ended."),
    State.LAPSED: N_("The waitlist is closed."),
    State.ATTENDED: N_("Your attendance is recorded."),
    State.NO_SHOW: N_("Not marked as attended."),
    State.UNDECIDED: N_("We don’t know yet whether you attended."),
    State.REJECTED: N_("Your application was declined."),
}
#: Ends the title of the event's page: "Hand-building with clay: you are on the waitlist".
_IN_TITLE: Mapping[State, str] = {
    State.FULL: N_("event is full"),
    State.EVENT_CANCELLED: N_("called off"),
    State.PENDING: N_("you applied"),
    State.WAITLISTED: N_("you are on the waitlist"),
    State.OFFERED: N_("a place is held for you"),
    State.PLACE_OPENED: N_("a place is free"),
    State.STILL_WAITING: N_("you are on the waitlist"),
    State.STANDBY_OPEN: N_("no place this time"),
    State.IN_STANDBY: N_("you are in the standby line"),
    State.RELEASED: N_("your place was given away"),
    State.PROMOTED: N_("you are in"),
    State.CONFIRMED: N_("you are enrolled"),
    State.CHECKED_IN: N_("you are checked in"),
    State.ATTENDED: N_("thanks for coming"),
    State.NO_SHOW: N_("not marked as attended"),
    State.UNDECIDED: N_("not decided yet"),
    State.REJECTED: N_("your application was declined"),
}


#: What somebody who cancelled gave up, by what they had.
_LEFT: Mapping[object, str] = {
    EnrollmentStatus.WAITLISTED: N_("You left the waitlist"),
    EnrollmentStatus.PENDING: N_("You withdrew your application"),
}


@blueprint.app_template_global()
def left_words(moved_from: object) -> str:
    """What somebody did who cancelled: gave up a place, a place in line, or an application."""
    return str(_LEFT.get(moved_from, N_("You cancelled your place")))


def announcement(
    state: State,
    *,
    rank: int | None = None,
    moved_by: Trigger | None = None,
    moved_up: bool = False,
    moved_from: EnrollmentStatus | None = None,
) -> str:
    """One sentence about where the reader stands now, or "" where there is nothing to say."""
    if moved_up and state is State.WAITLISTED:
        return gettext("You moved up to position {rank}.", rank=rank)
    if state is State.CANCELLED and moved_by is not Trigger.USER:
        return gettext("Your place was cancelled.")
    if state is State.CANCELLED:
        return f"{left_words(moved_from)}."
    return _ANNOUNCED.get(state, "").format(rank=rank)


def late_words(held: HeldPlace) -> str:
    """To a guest who confirmed when the place was no longer held."""
    until = clock_time(held.held_until, held.timezone)
    return gettext("We could hold your place until {time} only, and you confirmed later.", time=until)


def title_words(state: State, *, moved_by: Trigger | None = None, moved_from: EnrollmentStatus | None = None) -> str:
    """How the title of the page goes on after the event's own title."""
    if state is State.CANCELLED:
        words = left_words(moved_from) if moved_by is Trigger.USER else gettext("Your place was cancelled")
        return f": {words[0].lower()}{words[1:]}"
    return f": {_IN_TITLE[state]}" if state in _IN_TITLE else ""


def rule_words(rule: AttendanceRule, *, has_sessions: bool, online_counts: bool) -> tuple[str, str]:
    """What counts as attended: what to do, and what it is for. Online sessions count, do not, or there are none."""
    online = has_sessions and online_counts
    days = rule.total_days
    if rule.total_days == 1:
        how = gettext("Check in at the door or join online") if online else gettext("Check in at the door")
    elif rule.requirement is AttendanceRequirement.ANY_DAY or rule.required_days == 1:
        how = (
            gettext("Come on any of the {days} days, at the door or online", days=days)
            if online
            else gettext("Come on any of the {days} days", days=days)
        )
    elif rule.required_days == rule.total_days:
        how = (
            gettext("Come on all {days} days, at the door or online", days=days)
            if online
            else gettext("Come on all {days} days", days=days)
        )
    else:
        required = rule.required_days
        how = (
            gettext(
                "Come on at least {required} of the {days} days, at the door or online", required=required, days=days
            )
            if online
            else gettext("Come on at least {required} of the {days} days", required=required, days=days)
        )
    if has_sessions and not online_counts:
        return how, gettext("This is how you’re counted as attended. Joining online doesn’t count")
    return how, gettext("This is how you’re counted as attended")


@blueprint.app_template_global()
@pass_context
def event_days(context: Context, event: EventFacts) -> str:
    """Sat 13 June, 10:00; 19 to 21 June"""
    return days_of(event, context.get("now"))


def days_of(event: EventFacts, now: datetime | None) -> str:
    """`event_days` at that instant."""
    dates, start = _words_of_days(event, now)
    return f"{dates}, {start}" if start else dates


def dates_of(event: EventFacts, now: datetime | None) -> str:
    """Sat 13 June; 19 to 21 June; with the year where it is not this one"""
    return _words_of_days(event, now)[0]


def _words_of_days(event: EventFacts, now: datetime | None) -> tuple[str, str]:
    """The dates, and for an event of one day the time when it starts."""
    this_year = None if now is None else local_date(now, event.timezone).year
    return _written_days(event.starts_at, event.ends_at, event.timezone, this_year, spoken().tag)


@lru_cache(maxsize=2_000)
def _written_days(
    starts_at: datetime, ends_at: datetime | None, timezone: str, this_year: int | None, _language: str
) -> tuple[str, str]:
    days = days_between(starts_at, ends_at, timezone)
    has_year = days[-1].year != this_year
    if len(days) == 1:
        return date_in_words(days[0], has_year=has_year), clock_time(starts_at, timezone)
    return days_list(days) + (f" {days[-1].year}" if has_year else ""), ""


def hours_for(event: EventFacts, timezone: str | None) -> str | None:
    """When the event starts by the reader's own clock; None where that is the event's, too."""
    if timezone in {None, event.timezone}:
        return None
    there, here = (event.starts_at.astimezone(ZoneInfo(zone)) for zone in (event.timezone, timezone))
    if there.replace(tzinfo=None) == here.replace(tzinfo=None):
        return None
    is_same_day = there.date() == here.date()
    return clock_time(event.starts_at, timezone) if is_same_day else when(event.starts_at, timezone, event.starts_at)
