"""One line in a list of events: drawn once, and kept for as long as it would look the same."""

from datetime import datetime
from typing import NamedTuple

from markupsafe import Markup

from webapp.domain.permission import Trigger
from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.domain.places.standing import Standing
from webapp.domain.places.standing import StandingState as State
from webapp.languages.words import N_, gettext
from webapp.queries.places.standing import EventStanding
from webapp.views.addresses import url_for
from webapp.views.fragments import kept_part
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.places.words import days_of, left_words
from webapp.views.words.formatting import plural
from webapp.views.words.instants import when
from webapp.views.words.statuses import Badge, enrollment_words


class EventRow(NamedTuple):
    """Everything that a line shows: two equal ones look the same, for everybody and at any time."""

    title: str
    starts_at: datetime
    timezone: str
    days: str
    place: str | None
    organization: tuple[str, str, str | None]
    has_mark: bool
    badge: Badge
    #: One line for a series: its next date.
    stands_for_series: bool = False


_BADGES = {
    State.OPEN_FOR_APPLICATIONS: Badge(N_("Open for applications"), "brand", "edit"),
    State.FULL: Badge(N_("Full"), "no", "full"),
    State.CLOSED: Badge(N_("Enrollment closed"), "mute", "lock"),
    State.NEEDS_LINK: Badge(N_("With the link only"), "mute", "lock"),
    State.NOT_ON_LIST: Badge(N_("For people on a list"), "mute", "people"),
    State.UNPUBLISHED: Badge(N_("Draft"), "mute", "edit"),
    State.EVENT_CANCELLED: Badge(N_("Called off"), "no", "miss"),
    State.SETTLING: Badge(N_("Ended"), "mute", "clock"),
    State.OFFERED: Badge(N_("A place is held for you"), "brand", "bell"),
    State.PLACE_OPENED: Badge(N_("A place is free"), "brand", "bell"),
    State.STANDBY_OPEN: Badge(N_("Standby at the door"), "wait", "clock"),
}


#: Whose line leads to the pass, and not to the event's page.
_WITH_PASS = frozenset({State.CONFIRMED, State.PROMOTED, State.CHECKED_IN})


def listed_row(place: EventStanding, now: datetime, *, has_mark: bool = True) -> Markup:
    """The line in the list of all events, with the mark of who holds it."""
    address = url_for("participant.event", slug=place.event.slug)
    is_series = place.event.series_id is not None
    return event_row(place, place.at(now), address, now, has_mark=has_mark, stands_for_series=is_series)


@blueprint.app_template_global()
def own_row(place: EventStanding, now: datetime, action: Markup | str = "") -> Markup:
    """The line of somebody's own place; where there is a pass it leads to that. `action`: a form beside its badge."""
    standing, own = place.at(now), place.own
    if own is not None and standing.state in _WITH_PASS:
        return event_row(place, standing, url_for("participant.show_pass", code=own.pass_code), now, action=action)
    return event_row(place, standing, url_for("participant.event", slug=place.event.slug), now, action=action)


def event_row(
    place: EventStanding,
    standing: Standing,
    address: str,
    now: datetime,
    *,
    has_mark: bool = False,
    action: Markup | str = "",
    stands_for_series: bool = False,
) -> Markup:
    """The line of that event. `action`: a form beside its badge."""
    event = place.event
    row = EventRow(
        title=event.title,
        starts_at=event.starts_at,
        timezone=event.timezone,
        days=days_of(event, now),
        place=event.place,
        organization=(event.organization_name, event.organization_slug, event.organization_logo),
        has_mark=has_mark,
        badge=badge_of(place, standing, now),
        stands_for_series=stands_for_series,
    )
    return kept_part("participant/places/_event_row.html", {"address": address, "action": action}, row=row)


def badge_of(place: EventStanding, standing: Standing, now: datetime) -> Badge:
    """What a line says about places, or about the reader's own place."""
    state, own = standing.state, place.own
    if state in _BADGES:
        return _BADGES[state]
    if state is State.OPEN:
        free = place.seats.free
        words = gettext("Places available") if free is None else plural(free, "{n} place left", "{n} places left")
        return Badge(words, "brand", "check")
    if state is State.FULL_WITH_WAITLIST:
        return Badge(gettext("Waitlist open, {waiting} waiting", waiting=place.seats.waiting), "wait", "clock")
    opens_at = place.event.opens_at
    if state is State.NOT_OPEN and opens_at is not None:
        return Badge(gettext("Opens {when}", when=when(opens_at, place.event.timezone, now)), "mute", "bell")
    if state is State.LAPSED:
        was_waiting = own is not None and own.status is EnrollmentStatus.WAITLISTED
        return Badge(gettext("No place opened") if was_waiting else gettext("Not decided"), "mute", "clock")
    if state is State.CANCELLED:
        left = own is not None and own.moved_by is Trigger.USER
        return Badge(left_words(own.moved_from) if own and left else gettext("Your place was cancelled"), "mute", "out")
    return _badge_of_status(own.status, own.rank)  # type: ignore[union-attr]  # all states that are left are of somebody enrolled


def _badge_of_status(status: EnrollmentStatus, rank: int | None) -> Badge:
    words = enrollment_words(status)
    said = gettext("{status} (position {rank})", status=words.participant, rank=rank) if rank else words.participant
    return Badge(said, words.tone, words.icon)
