"""Somebody at the door without a place: a name is enough."""

from dataclasses import dataclass, replace

from flask import Response, flash, make_response, render_template, request

from webapp.domain.desk.check_in import MAX_TYPED, Verdict, decide_check_in, read_typed
from webapp.domain.event_life import EventStatus
from webapp.domain.places.enrollment import CLOSABLE, place_newcomer
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext, ngettext
from webapp.queries.desk.guest import Guest
from webapp.services.accounts.account import NAME_LIMIT, require_email, require_name
from webapp.services.desk.check_in import check_in
from webapp.services.desk.walk_in import Newcomer, WalkedIn, walk_in
from webapp.views import request_time
from webapp.views.desk.blueprint import blueprint
from webapp.views.desk.open_desk import Desk, open_desk
from webapp.views.desk.result import Result, Scene
from webapp.views.desk.results import present
from webapp.views.desk.taps import answer_outcome, answer_refused, read_tap, result_response
from webapp.views.errors import answer_refusal, status_of
from webapp.views.forms.form import Form, FormKind
from webapp.views.forms.known_people import picked
from webapp.views.forms.sent import sent_request_id
from webapp.views.guards import desk_crew
from webapp.views.loading import desk_people
from webapp.views.responses import see_other, wants_fragment
from webapp.views.words.refusals import refusal_sentence

_NEWCOMER = FormKind(
    ("name", "email", "another"),
    sentences={("name", "text_missing"): N_("Enter a name")},
    field_of={"email_invalid": "email"},
    otherwise="name",
)


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who is enrolled already, and whether the address says that it is them."""

    guest: Guest
    is_by_address: bool


@blueprint.get("/<id:event_id>/walk-in")
@desk_crew
def walk_in_form(event_id: int) -> Response:
    return _page(open_desk(event_id), _NEWCOMER.filled({"name": request.args.get("name", "")[:NAME_LIMIT]}))


@blueprint.post("/<id:event_id>/walk-in", endpoint="walk_in")
@desk_crew
def add(event_id: int) -> Response:
    form = _sent()
    if form.is_refused:
        return _page(open_desk(event_id), form)
    if (scanned := _scanned(event_id, form.values["name"])) is not None:
        return scanned
    try:
        sent_request_id()
        newcomer = Newcomer(
            require_name(form.values["name"]), _email(form.values["email"]), is_another=form.values["another"] == "1"
        )
        walked = walk_in(event_id=event_id, newcomer=newcomer, crew=desk_people(), tap=read_tap())
    except Refused as refusal:
        if status_of(refusal) == 404:
            return answer_refusal(refusal)
        form.refuse(refusal)
        return _page(open_desk(event_id), form)
    if walked.is_known:
        known = Known(walked.guest, is_by_address=newcomer.email is not None and newcomer.email == walked.guest.email)
        return _page(open_desk(event_id), form, known=known)
    return _answer(walked)


def _scanned(event_id: int, name: str) -> Response | None:
    """The answer to a scan where a guest's code came into the name's field; None for a name.

    A scanner types wherever the cursor stands, and a machine that is busy may take it for a person.
    """
    typed = read_typed(name.strip()[:MAX_TYPED])
    if typed.code is None:
        return None
    by_code = replace(typed, guesses=(), words=(), code_end=None)
    try:
        outcome = check_in(event_id=event_id, target=by_code, crew=desk_people(), tap=read_tap())
    except Refused as refusal:
        return answer_refused(event_id, refusal)
    if outcome.guest is None:
        return None
    response = answer_outcome(outcome, by_code)
    response.headers["HX-Trigger"] = "close-dialog"
    return response


def _sent() -> Form:
    """The form; of somebody who was picked, the address stands in its own field, unless another one was typed there."""
    form = _NEWCOMER.sent()
    form.values["name"], address = picked(form.values["name"])
    form.values["email"] = form.values["email"].strip() or address
    return form


def _answer(walked: WalkedIn) -> Response:
    scene = Scene(walked.event, walked.door, walked.actor, request_time.now())
    if wants_fragment():
        response = result_response(_result(scene, walked))
        response.headers["HX-Trigger"] = "close-dialog"
        return response
    if walked.entry is not None:
        return see_other(scene.url("desk", result=f"in.{walked.entry.id}"))
    if walked.rank is None or walked.event.standby_minutes is not None:
        return see_other(scene.url("desk", result=f"ask.{walked.guest.enrollment_id}"))
    flash(gettext("{name} is number {rank} on the waitlist.", name=walked.guest.name, rank=walked.rank), "wait")
    return see_other(scene.url("desk"))


def _result(scene: Scene, walked: WalkedIn) -> Result:
    if walked.entry is not None:
        return present(scene, Verdict.IN, walked.guest, walked.entry, None)
    today = walked.door.today
    verdict = decide_check_in(walked.guest.at_door(today), walked.door)
    return present(scene, verdict, walked.guest, walked.guest.live_on(today), None)


def _page(desk: Desk, form: Form, *, known: Known | None = None) -> Response:
    fragment = wants_fragment()
    template = "desk/_walk_in.html" if fragment else "desk/walk_in.html"
    page = render_template(
        template,
        desk=desk,
        values=form.values,
        errors=form.errors,
        in_dialog=fragment,
        **_about(desk, known),
        **_prospect(desk),
    )
    response = make_response(page, 409 if known else form.status)
    if fragment and request.method == "POST":
        # The answer belongs where the form is, not where a result would stand.
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#dialog", "innerHTML"
    return response


def _about(desk: Desk, known: Known | None) -> dict[str, object]:
    """What can be done for somebody who is enrolled already."""
    if known is None:
        return {"known": None}
    return {
        "known": known.guest,
        "is_by_address": known.is_by_address,
        "known_is_in": known.guest.live_on(desk.door.today) is not None,
        "known_can_enter": known.guest.status in CLOSABLE,
    }


def _prospect(desk: Desk) -> dict[str, object]:
    """Where the next newcomer would stand, in one line, and what the button says."""
    event = desk.event
    if not desk.door.is_open:
        return _line(_why_shut(desk))
    try:
        status = place_newcomer(
            event.terms,
            capacity=event.capacity,
            taken=event.seats_taken,
            waiting=event.ahead_of_newcomer(desk.now),
            now=desk.now,
            stands_by=event.standby_minutes is not None,
        )
    except Refused:
        return _line(gettext("Full. Only an admin can add more."))
    if status is S.WAITLISTED and event.standby_minutes is not None:
        return _line(gettext("Full. This person joins the standby line."), gettext("Add to the standby line"))
    if status is S.WAITLISTED:
        line = gettext(
            "Full. This person would be number {waiting_count} on the waitlist.", waiting_count=event.waiting_count + 1
        )
        return _line(line, gettext("Add to the waitlist"))
    free = event.free_seats
    line = (
        gettext("There’s no limit on places.")
        if free is None
        else ngettext("{n} place left.", "{n} places left.", free)
    )
    return _line(line, gettext("Add and check in"), is_let_in=True)


def _line(words: str, button: str | None = None, *, is_let_in: bool = False) -> dict[str, object]:
    return {"policy_line": words, "button": button, "is_let_in": is_let_in}


def _why_shut(desk: Desk) -> str:
    if desk.event.status == EventStatus.COMPLETED:
        return refusal_sentence("event_closed")
    if desk.event.status != EventStatus.PUBLISHED:
        return refusal_sentence("not_published")
    return refusal_sentence("not_today")


def _email(text: str) -> str | None:
    return require_email(text) if text.strip() else None
