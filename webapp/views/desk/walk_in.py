"""Somebody at the door without a place: a name is enough."""

from dataclasses import dataclass

from flask import Response, flash, g, make_response, render_template, request

from webapp import clock
from webapp.domain.check_in import Verdict, decide_check_in
from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.domain.enrollment import place_newcomer
from webapp.domain.refusal import Refused
from webapp.queries.desk.guest import Guest
from webapp.services.desk.walk_in import Newcomer, WalkedIn, walk_in
from webapp.services.people.account import NAME_LIMIT, require_email, require_name
from webapp.views.desk.blueprint import blueprint
from webapp.views.desk.form_input import sent_request_id
from webapp.views.desk.opened import Desk, open_desk
from webapp.views.desk.results import Result, Scene, present
from webapp.views.desk.taps import read_tap, result_response
from webapp.views.errors import answer_refusal, status_of
from webapp.views.form_input import one_field
from webapp.views.formatting import plural
from webapp.views.guards import desk_crew
from webapp.views.loading import desk_people
from webapp.views.responses import see_other, wants_fragment
from webapp.views.wording import refusal_sentence


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who is enrolled already, and whether the address says that it is them."""

    guest: Guest
    is_by_address: bool


@blueprint.get("/<id:event_id>/walk-in")
@desk_crew
def walk_in_form(event_id: int) -> Response:
    return _form(open_desk(event_id), {"name": request.args.get("name", "")[:NAME_LIMIT], "email": ""})


@blueprint.post("/<id:event_id>/walk-in", endpoint="walk_in")
@desk_crew
def add(event_id: int) -> Response:
    values = {"name": one_field("name"), "email": one_field("email")}
    try:
        sent_request_id()
        newcomer = Newcomer(
            require_name(values["name"]), _email(values["email"]), is_another=one_field("another") == "1"
        )
        walked = walk_in(event_id=event_id, newcomer=newcomer, crew=desk_people(), tap=read_tap())
    except Refused as refusal:
        if status_of(refusal) == 404:
            return answer_refusal(refusal)
        g.refusal = refusal.code
        return _form(open_desk(event_id), values, refusal=refusal, status=status_of(refusal))
    if walked.is_known:
        known = Known(walked.guest, is_by_address=newcomer.email is not None and newcomer.email == walked.guest.email)
        return _form(open_desk(event_id), values, known=known, status=409)
    return _answer(walked)


def _answer(walked: WalkedIn) -> Response:
    scene = Scene(walked.event, walked.door, walked.actor, clock.now())
    if wants_fragment():
        response = result_response(_result(scene, walked))
        response.headers["HX-Trigger"] = "close-dialog"
        return response
    if walked.entry is not None:
        return see_other(scene.url("desk", result=f"in.{walked.entry.id}"))
    if walked.rank is None:
        return see_other(scene.url("desk", result=f"ask.{walked.guest.enrollment_id}"))
    flash(f"{walked.guest.name} is on the waitlist as number {walked.rank}.", "wait")
    return see_other(scene.url("desk"))


def _result(scene: Scene, walked: WalkedIn) -> Result:
    if walked.entry is not None:
        return present(scene, Verdict.IN, walked.guest, walked.entry, None)
    today = walked.door.today
    verdict = decide_check_in(walked.guest.at_door(today), walked.door)
    return present(scene, verdict, walked.guest, walked.guest.live_on(today), None)


def _form(
    desk: Desk, values: dict[str, str], *, refusal: Refused | None = None, known: Known | None = None, status: int = 200
) -> Response:
    fragment = wants_fragment()
    template = "desk/_walk_in.html" if fragment else "desk/walk_in.html"
    page = render_template(
        template, desk=desk, values=values, errors=_errors(refusal), in_dialog=fragment, **_about(desk, known),
        **_prospect(desk),
    )  # fmt: skip
    response = make_response(page, status)
    if fragment and request.method == "POST":
        # The answer belongs where the form is, not where a result would stand.
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#dialog", "innerHTML"
    return response


def _about(desk: Desk, known: Known | None) -> dict[str, object]:
    """What can be done for somebody who is enrolled already."""
    if known is None:
        return {"known": None}
    return {
        "known": known.guest, "is_by_address": known.is_by_address,
        "known_is_in": known.guest.live_on(desk.door.today) is not None,
        "known_can_enter": known.guest.status in {S.CONFIRMED, S.CHECKED_IN},
    }  # fmt: skip


def _errors(refusal: Refused | None) -> dict[str, str]:
    if refusal is None:
        return {}
    sentence = refusal_sentence(refusal.code, **refusal.facts)
    if refusal.facts.get("field") == "email" or refusal.code == "email_invalid":
        return {"email": sentence}
    if refusal.code == "text_missing":
        return {"name": "Enter a name"}
    return {"name": sentence}


def _prospect(desk: Desk) -> dict[str, object]:
    """Where the next newcomer would stand, in one line, and what the button says."""
    event = desk.event
    if not desk.door.is_open:
        return {"policy_line": _why_shut(desk), "button": None}
    try:
        status = place_newcomer(
            event.terms, capacity=event.capacity, taken=event.seats_taken, waiting=event.waiting_count, now=desk.now
        )
    except Refused:
        return {"policy_line": "Full. Only an admin can add more.", "button": None}
    if status is S.WAITLISTED:
        line = f"Full. This person goes on the waitlist as number {event.waiting_count + 1}."
        return {"policy_line": line, "button": "Add to the waitlist"}
    free = event.free_seats
    line = "Places are not limited." if free is None else f"{plural(free, 'place', 'places')} left."
    return {"policy_line": line, "button": "Add and check in"}


def _why_shut(desk: Desk) -> str:
    if desk.event.status == "completed":
        return refusal_sentence("event_closed")
    if desk.event.status != "published":
        return refusal_sentence("not_published")
    return refusal_sentence("not_today")


def _email(text: str) -> str | None:
    return require_email(text) if text.strip() else None
