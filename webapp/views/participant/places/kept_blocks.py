"""What many people see of an event's page: drawn once for all of them, and what is one person's filled in."""

from datetime import datetime
from typing import NamedTuple

from markupsafe import Markup

from webapp.domain.places.enrollment import cancellation_deadline
from webapp.domain.places.standing import StandingState as State
from webapp.languages.formats import number
from webapp.languages.words import gettext
from webapp.queries.places.standing import OwnEnrollment
from webapp.views.addresses import url_for
from webapp.views.fragments import kept_part
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.parties.words import party_heading
from webapp.views.participant.places.block import Block
from webapp.views.participant.places.pass_code import qr_of
from webapp.views.participant.places.picture import ShownPicture, shown_picture
from webapp.views.participant.places.words import dates_of, days_of, hours_for
from webapp.views.words.formatting import code_groups, plural
from webapp.views.words.instants import spoken_when, when


class EventFront(NamedTuple):
    """What the page says of the event itself: two equal ones look the same."""

    title: str
    cover: str
    picture: ShownPicture | None
    organization: tuple[str, str, str | None]
    days: str
    dates: str
    starts_at: datetime
    ends_at: datetime | None
    timezone: str
    #: The first and the last hour in words, where there are several days.
    hours: tuple[str, str] | None
    #: When it starts by the reader's own clock, where that is another one.
    own_hours: str | None
    place: str
    facility: str
    address: str
    accessibility: str
    rule: tuple[str, str]


def event_front(block: Block, timezone: str | None) -> EventFront:
    """The event for readers whose own clock is that of the zone."""
    event, now = block.place.event, block.now
    ends = (event.starts_at, event.effective_end_at)
    start, end = (when(at, event.timezone, now) for at in ends) if len(event.days) > 1 else ("", "")
    return EventFront(
        title=event.title,
        cover=event.cover,
        picture=shown_picture(event),
        organization=(event.organization_name, event.organization_slug, event.organization_logo),
        days=days_of(event, now),
        dates=dates_of(event, now),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        timezone=event.timezone,
        hours=(start, end) if start else None,
        own_hours=hours_for(event, timezone),
        place=event.place,
        facility=event.facility_name,
        address=event.facility_address,
        accessibility=event.facility_accessibility,
        rule=block.rule_words,
    )


@blueprint.app_template_global()
def event_body(block: Block, timezone: str | None, standing: str, answer: str, rest: str) -> Markup:
    """The page without its frame: the event, and between its parts where the reader stands, and what they answered.

    `rest` is what comes below, of any length.
    """
    gaps = {"standing": standing, "answer": answer, "places": places_line(block), "rest": rest}
    return kept_part("participant/places/_event.html", gaps, front=event_front(block, timezone))


@blueprint.app_template_global()
def places_line(block: Block, *, is_update: bool = False) -> Markup:
    """How many places are taken. `is_update`: to take the place of the line on a page."""
    event, seats = block.place.event, block.place.seats
    gaps = {
        "taken": number(seats.taken),
        "enrolled": plural(seats.taken, "{n} person enrolled", "{n} people enrolled"),
        "waiting": plural(seats.waiting, "{n} person on the waitlist", "{n} people on the waitlist"),
    }
    return kept_part(
        "participant/places/_places.html",
        gaps,
        capacity=seats.capacity,
        has_waitlist=event.has_waitlist,
        is_waited_for=seats.waiting > 0,
        is_update=is_update,
    )


@blueprint.app_template_global()
def open_block(block: Block, line: str, token: str | None, own_form: str) -> Markup:
    """Places for everybody. `token`: of forms, None for somebody who is not signed in; `own_form`: where one button
    is not enough to get in."""
    event, free, until = block.place.event, block.place.seats.free or 0, block.newcomer_leaves_until
    gaps = {
        "refresh": block.refresh_address,
        "line": line,
        "token": token,
        "own_form": own_form,
        "free": number(free),
        "places_left": plural(free, "{n} place left", "{n} places left"),
    }
    return kept_part(
        "participant/places/standing/_open.html",
        gaps,
        slug=event.slug,
        capacity=event.capacity,
        leaves_until=when(until, event.timezone, block.now) if until else None,
        is_signed_in=token is not None,
        has_button=token is not None and not own_form,
        has_focus=block.has_focus,
    )


def late_words(block: Block, own: OwnEnrollment) -> str:
    """What cancelling after the deadline means, where the no-show policy lets people; else nothing."""
    event = block.place.event
    if not event.leaves_late or own.leaves_freely or not block.can_leave:
        return ""
    if block.leaves_late:
        return gettext("It’s after the deadline, so cancelling counts as half a no-show.")
    deadline = cancellation_deadline(event.starts_at, event.cancellation_deadline_hours)
    if deadline == event.starts_at:
        return ""
    from_then = when(deadline, event.timezone, block.now)
    return gettext("From {when} on, cancelling counts as half a no-show.", when=from_then)


@blueprint.app_template_global()
def place_block(block: Block, own: OwnEnrollment, *, line: str, joins: str, heads: str, more: str) -> Markup:
    """A place, with its pass.

    `joins`: the ways into online sessions; `heads`: who came together; `more`: a form to add people.
    """
    event, until, picture = block.place.event, block.leave_until, qr_of(own.pass_code)
    moved_up = own.promoted_at if block.state is State.PROMOTED else None
    heading = party_heading(block)
    gaps = {
        "refresh": block.refresh_address,
        "line": line,
        "joins": joins,
        "heads": heads,
        "more": more,
        "heading": heading or (gettext("You are in") if moved_up else gettext("You are enrolled")),
        "code": code_groups(own.pass_code),
        "path": picture.path,
        "pass_address": url_for("participant.show_pass", code=own.pass_code),
        "calendar_address": url_for("participant.calendar", code=own.pass_code),
    }
    return kept_part(
        "participant/places/standing/_place.html",
        gaps,
        slug=event.slug,
        size=picture.size,
        moved_up=spoken_when(moved_up, event.timezone, block.now) if moved_up else None,
        leave_until=when(until, event.timezone, block.now) if until else None,
        late=late_words(block, own),
        is_before_start=block.now < event.starts_at,
        is_party=bool(heading),
        contact=(event.contact_email, event.organization_name),
        has_focus=block.has_focus,
    )
