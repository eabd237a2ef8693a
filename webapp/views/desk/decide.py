"""The page of a decision: who, why it needs one, and the two ways out."""

from flask import Response, g, make_response, render_template, request

from webapp.domain.desk.check_in import Verdict, decide_check_in
from webapp.domain.permission import Permission
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_prose
from webapp.languages.words import gettext
from webapp.queries.desk.guest import Guest, by_id, by_living, read_guest
from webapp.queries.desk.line import Line, last_move, line_of
from webapp.services.desk.check_in import Outcome
from webapp.services.desk.desk_decision import enroll_again_and_check_in, give_place_and_check_in
from webapp.views.desk.blueprint import blueprint
from webapp.views.desk.open_desk import Desk, open_desk
from webapp.views.desk.page import desk_with
from webapp.views.desk.result import Result
from webapp.views.desk.results import may_take_back, present
from webapp.views.desk.taps import LONGEST_REASON, answer_outcome, read_tap, result_response
from webapp.views.errors import answer_refusal, status_of
from webapp.views.forms.sent import one_field, sent_request_id, sent_version
from webapp.views.guards import desk_crew
from webapp.views.loading import desk_people
from webapp.views.responses import see_other, wants_fragment
from webapp.views.words.refusals import refusal_sentence

#: Nothing is left to decide about these.
_DECIDED = frozenset({Verdict.IN, Verdict.ALREADY_IN})


@blueprint.get("/<id:event_id>/decide/<id:enrollment_id>")
@desk_crew
def decide(event_id: int, enrollment_id: int) -> Response:
    desk = open_desk(event_id)
    guest = _guest(desk, enrollment_id)
    return _at_the_desk(desk, guest) if _verdict(desk, guest) in _DECIDED else _page(desk, guest)


def _at_the_desk(desk: Desk, guest: Guest) -> Response:
    """Nothing is left to decide: the result stands where results stand, and no dialog opens."""
    if not wants_fragment():
        return see_other(desk.scene.url("desk", q=guest.name, result=f"ask.{guest.enrollment_id}"))
    response = result_response(_result(desk, guest))
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#result", "innerHTML"
    return response


@blueprint.post("/<id:event_id>/decide/<id:enrollment_id>")
@desk_crew
def decided(event_id: int, enrollment_id: int) -> Response:
    try:
        sent_request_id()
        outcome = _decide(event_id, enrollment_id)
    except Refused as refusal:
        return _answer_refused(event_id, enrollment_id, refusal)
    response = answer_outcome(outcome, None)
    if wants_fragment():
        response.headers["HX-Trigger"] = "close-dialog"
    return response


def _decide(event_id: int, enrollment_id: int) -> Outcome:
    decision, crew, tap = one_field("decision"), desk_people(), read_tap()
    if decision == "enroll_again":
        return enroll_again_and_check_in(event_id=event_id, enrollment_id=enrollment_id, crew=crew, tap=tap)
    if decision != "give_place":
        raise Refused("decision_unknown")
    reason = clean_prose(one_field("reason"), limit=LONGEST_REASON, field="reason") or None
    return give_place_and_check_in(
        event_id=event_id,
        enrollment_id=enrollment_id,
        crew=crew,
        tap=tap,
        reason=reason,
        expected_version=sent_version(),
    )


def _answer_refused(event_id: int, enrollment_id: int, refusal: Refused) -> Response:
    if status_of(refusal) in {403, 404}:
        return answer_refusal(refusal)
    g.refusal = refusal.code
    desk, status = open_desk(event_id), status_of(refusal)
    guest = _guest(desk, enrollment_id)
    if _verdict(desk, guest) not in _DECIDED:
        return _page(desk, guest, sentence=refusal_sentence(refusal.code, **refusal.facts), status=status)
    result = _result(desk, guest)
    if not wants_fragment():
        return desk_with(desk, result, status=status)
    response = result_response(result, status=status)
    response.headers["HX-Trigger"] = "close-dialog"
    return response


def _guest(desk: Desk, enrollment_id: int) -> Guest:
    """The guest of this row, or the enrollment the same person has by now."""
    guest = read_guest(by_id(enrollment_id))
    if guest is None or guest.event_id != desk.event.id:
        raise Refused("not_found")
    return (read_guest(by_living(guest.event_id, guest.user_id)) if guest.is_over else None) or guest


def _verdict(desk: Desk, guest: Guest) -> Verdict:
    return decide_check_in(guest.at_door(desk.door.today), desk.door)


def _page(desk: Desk, guest: Guest, *, sentence: str | None = None, status: int = 200) -> Response:
    fragment = wants_fragment()
    is_waiting = guest.status == S.WAITLISTED
    line = line_of(desk.event.id, guest.ticket) if is_waiting else Line(0, None, 0)
    template = "desk/_decide.html" if fragment else "desk/decide.html"
    page = render_template(
        template,
        desk=desk,
        guest=guest,
        line=line,
        result=_result(desk, guest),
        sentence=sentence,
        decision=_offered(desk, guest),
        is_for_admin=_is_for_admin(desk, guest),
        reason=_reason(line),
        is_out_of_turn=line.rank > 1,
        in_dialog=fragment,
    )
    response = make_response(page, status)
    if fragment and request.method == "POST":
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#dialog", "innerHTML"
    return response


def _result(desk: Desk, guest: Guest) -> Result:
    return present(desk.scene, _verdict(desk, guest), guest, guest.live_on(desk.door.today), None)


def _offered(desk: Desk, guest: Guest) -> str | None:
    """The decision this person may take now."""
    if not desk.door.is_open or desk.event.free_seats == 0:
        return None
    if guest.status == S.WAITLISTED:
        may_give = desk.scene.may(Permission.GIVE_PLACE)
        return "give_place" if may_give else None
    if guest.status != S.CANCELLED or not may_take_back(desk.scene, last_move(guest.enrollment_id)):
        return None
    return "enroll_again"


def _is_for_admin(desk: Desk, guest: Guest) -> bool:
    """A place is free, but not for this person to give."""
    is_removed = guest.status == S.CANCELLED and desk.door.is_open and desk.event.free_seats != 0
    return is_removed and _offered(desk, guest) is None


def _reason(line: Line) -> str:
    given = one_field("reason") if request.method == "POST" else ""
    return given or (
        gettext("{first_name} (position 1) hadn’t arrived", first_name=line.first_name) if line.first_name else ""
    )
