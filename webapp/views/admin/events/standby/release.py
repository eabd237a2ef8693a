"""Places of absent people for those who wait at the door: who loses, who gains, and one button."""

from dataclasses import dataclass

from flask import Response, flash, g, make_response, render_template, url_for

from webapp.domain.permission import Permission
from webapp.domain.places.standby import Seats, most_released, require_releasable, who_gets_in
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.languages.formats import listed
from webapp.languages.words import gettext
from webapp.queries.events.event import EventFacts
from webapp.queries.places.standby.picture import Picture, picture_of, placed_people, released_people
from webapp.services.places.standby.release import release_places, stop_releasing, undo_release
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.errors import status_of
from webapp.views.forms.sent import one_field, row_ids, sent_version
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_event
from webapp.views.responses import see_other
from webapp.views.words.formatting import plural
from webapp.views.words.refusals import refusal_sentence

#: Names of people who got in that are said after the button; the others are counted.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """Why nothing was released: a heading and what to do."""

    heading: str
    sentence: str


@blueprint.get("/events/<id:event_id>/standby")
@staff(Permission.GIVE_PLACE)
def standby(event_id: int) -> Response:
    """Who would lose a place and who would get one now; nothing happens by looking."""
    return _page(load_staff_event(event_id, Permission.GIVE_PLACE))


@blueprint.post("/events/<id:event_id>/standby")
@staff(Permission.GIVE_PLACE)
def release_standby(event_id: int) -> Response:
    """Release the places of those who are ticked, if the page still shows what is so (409 else)."""
    event = load_staff_event(event_id, Permission.GIVE_PLACE)
    chosen = row_ids("lose")
    before = _picture(event)
    try:
        done = release_places(
            event_id=event_id, chosen=chosen, seen=one_field("seen"), actor=the_actor(), now=request_time.now()
        )
    except Refused as refused:
        return _refused(event, refused, chosen)
    names = [before.names[one] for one in done.placed if one in before.names]
    flash(f"{plural(len(done.released), '{n} place released.', '{n} places released.')} {_got_in(names)}")
    return see_other(url_for("admin.standby", event_id=event_id))


@blueprint.post("/events/<id:event_id>/standby/stop")
@staff(Permission.GIVE_PLACE)
def stop_standby(event_id: int) -> Response:
    """Leave it to the button today."""
    load_staff_event(event_id, Permission.GIVE_PLACE)
    stop_releasing(event_id=event_id, now=request_time.now())
    flash(gettext("Places won’t be released automatically. You can still release them here."))
    return see_other(url_for("admin.standby", event_id=event_id))


@blueprint.post("/events/<id:event_id>/standby/undo/<id:enrollment_id>")
@staff(Permission.GIVE_PLACE)
def undo_standby(event_id: int, enrollment_id: int) -> Response:
    """Give somebody their place back, as long as a seat is free."""
    event = load_staff_event(event_id, Permission.GIVE_PLACE)
    person = next((one for one in released_people(event_id) if one.enrollment_id == enrollment_id), None)
    try:
        if person is None:
            raise Refused("stale")
        undo_release(
            enrollment_id=enrollment_id,
            actor=the_actor(),
            now=request_time.now(),
            expected_version=sent_version(),
        )
    except Refused as refused:
        return _refused(event, refused, ())
    flash(gettext("{name} has the place again.", name=person.name))
    return see_other(url_for("admin.standby", event_id=event_id))


def _refused(event: EventFacts, refused: Refused, chosen: list[int] | tuple[()]) -> Response:
    g.refusal = refused.code
    sentence = refusal_sentence(refused.code, tz=event.timezone, now=request_time.now(), **refused.facts)
    heading = gettext("Nothing was changed")
    if refused.code == "standby_changed":
        heading = gettext("Something changed a moment ago")
    # What was ticked stays ticked where it can be done as it is; a picture that changed is looked at anew.
    kept = chosen if refused.code in {"standby_too_many", "standby_unused"} else None
    return _page(event, problem=Problem(heading, sentence), status=status_of(refused), chosen=kept)


def _got_in(names: list[str]) -> str:
    if not names:
        return ""
    if len(names) > _NAMED:
        return plural(len(names), "{n} person is checked in.", "{n} people are checked in.")
    if len(names) == 1:
        return gettext("{name} is checked in.", name=names[0])
    return gettext("{names} are checked in.", names=listed(names))


def _picture(event: EventFacts) -> Picture:
    return picture_of(db.session(), event.id, online_counts=event.online_counts)


def _page(
    event: EventFacts,
    *,
    problem: Problem | None = None,
    status: int = 200,
    chosen: list[int] | tuple[()] | None = None,
) -> Response:
    now, picture = request_time.now(), _picture(event)
    seats = Seats(event.capacity, event.seats_taken, lets_pass=event.parties_pass)
    most = most_released(picture.line, seats, len(picture.absent))
    usual = [one.enrollment_id for one in picture.absent[:most]]
    body = render_template(
        "admin/events/standby/standby.html",
        event=event,
        now=now,
        picture=picture,
        most=most,
        getting_in={one.enrollment_id for one in who_gets_in(picture.line, seats, more=most)},
        losing=set(usual if chosen is None else chosen),
        words=[_button(count) for count in range(1, most + 1)],
        why_not=_why_not(event),
        released=released_people(event.id),
        placed=listed(placed_people(event.id)),
        problem=problem,
    )
    return make_response(body, status)


def _button(count: int) -> str:
    return plural(count, "Release {n} place now", "Release {n} places now")


def _why_not(event: EventFacts) -> str | None:
    """The code of why nothing can be released at this moment."""
    try:
        require_releasable(
            event.status,
            standby_at=event.standby_at,
            effective_end_at=event.effective_end_at,
            now=request_time.now(),
        )
    except Refused as refused:
        return refused.code
    return None
