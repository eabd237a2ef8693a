"""What a tap or a scan does: check in, take back. Always a result, so that the field stays ready."""

from typing import Any

from flask import Response, g, make_response, render_template, url_for

from webapp.domain.desk.check_in import MAX_TYPED, Typed, Verdict, read_device_time, read_typed
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line, clean_prose
from webapp.languages.words import gettext
from webapp.queries.desk.guest import Guest
from webapp.services.desk.check_in import Outcome, check_in
from webapp.services.desk.tap import Tap
from webapp.services.desk.undo_check_in import undo_check_in
from webapp.views import request_time
from webapp.views.desk.blueprint import blueprint
from webapp.views.desk.desk_name import UNNAMED, remembered_desk
from webapp.views.desk.open_desk import open_desk
from webapp.views.desk.page import list_parts
from webapp.views.desk.party_result import of_party
from webapp.views.desk.result import Action, Result, Scene, refused
from webapp.views.desk.results import present, taken_back
from webapp.views.errors import answer_refusal, status_of
from webapp.views.forms.sent import one_field, sent_id, sent_request_id
from webapp.views.guards import desk_crew
from webapp.views.loading import desk_people
from webapp.views.responses import see_other, wants_fragment
from webapp.views.words.refusals import refusal_sentence

LONGEST_REASON = 500


@blueprint.post("/<id:event_id>/scan")
@desk_crew
def scan(event_id: int) -> Response:
    """A code, the address of a pass, or words: one match is checked in, several are listed."""
    try:
        typed = read_typed(clean_line(one_field("q"), limit=MAX_TYPED, field="q"), _sent_keys())
        outcome = check_in(event_id=event_id, target=typed, crew=desk_people(), tap=read_tap())
    except Refused as refusal:
        return answer_refused(event_id, refusal)
    return _answer_several(event_id, typed) if outcome.several else answer_outcome(outcome, typed)


@blueprint.post("/<id:event_id>/checkin")
@desk_crew
def tap(event_id: int) -> Response:
    """A row of the list was pressed."""
    try:
        outcome = check_in(event_id=event_id, target=sent_id("enrollment"), crew=desk_people(), tap=read_tap())
    except Refused as refusal:
        return answer_refused(event_id, refusal)
    return answer_outcome(outcome, None)


@blueprint.post("/<id:event_id>/undo")
@desk_crew
def undo(event_id: int) -> Response:
    """Take a check-in back: within ten seconds as it is, later with a reason."""
    from_list = one_field("back") == "arrivals"
    try:
        request_id = sent_request_id()
        reason = clean_prose(one_field("reason"), limit=LONGEST_REASON, field="reason") or None
        check_in_id = sent_id("check_in")
        undone = undo_check_in(
            event_id=event_id,
            check_in_id=check_in_id,
            crew=desk_people(),
            request_id=request_id,
            now=request_time.now(),
            reason=reason,
        )
    except Refused as refusal:
        return answer_refused(event_id, refusal)
    if not wants_fragment():
        page = "desk.arrivals" if from_list else "desk.desk"
        return see_other(url_for(page, event_id=event_id, result=f"again.{undone.entry.id}"))
    scene = Scene(undone.event, undone.door, undone.actor, request_time.now())
    return result_response(taken_back(scene, undone.guest, undone.entry))


def _sent_keys() -> str:
    """The physical keys of a scan, where the page could tell them; never a reason to refuse one."""
    try:
        return clean_line(one_field("keys"), limit=MAX_TYPED, field="keys")
    except Refused:
        return ""


def read_tap() -> Tap:
    """The tap's own id, this desk's name and the time: read once."""
    return Tap(
        request_id=sent_request_id(),
        desk=remembered_desk() or UNNAMED,
        now=request_time.now(),
        device_at=read_device_time(one_field("device_at")),
    )


def answer_outcome(outcome: Outcome, typed: Typed | None) -> Response:
    """The result as a block, or without JavaScript the way to a page that tells it again."""
    if outcome.party and outcome.guest:
        return _ask_for_party(outcome, outcome.guest)
    verdict = outcome.verdict or Verdict.UNKNOWN
    if wants_fragment():
        scene = Scene(outcome.event, outcome.door, outcome.actor, request_time.now())
        gone = outcome.guest.enrollment_id if outcome.guest and outcome.entry else None
        return result_response(present(scene, verdict, outcome.guest, outcome.entry, typed), gone=gone)
    if outcome.entry is not None and verdict in {Verdict.IN, Verdict.ALREADY_IN}:
        kind = "in" if verdict is Verdict.IN else "again"
        return _to_desk(outcome.event.id, result=f"{kind}.{outcome.entry.id}")
    if outcome.guest is not None and verdict is not Verdict.OTHER_EVENT:
        return _to_desk(outcome.event.id, result=f"ask.{outcome.guest.enrollment_id}")
    return _to_desk(outcome.event.id, result="look", q=typed.text if typed else None)


def _ask_for_party(outcome: Outcome, guest: Guest) -> Response:
    if not wants_fragment():
        return _to_desk(outcome.event.id, result=f"party.{guest.enrollment_id}")
    scene = Scene(outcome.event, outcome.door, outcome.actor, request_time.now())
    return result_response(of_party(scene, guest, outcome.party))


def result_response(result: Result, *, status: int = 200, gone: int | None = None) -> Response:
    """The block for `#result`; `gone` is the guest whose row leaves the list."""
    return make_response(render_template("desk/_result.html", result=result, gone=gone), status)


def answer_refused(event_id: int, refusal: Refused) -> Response:
    """A refusal as a result for htmx, else as its page. What may not be seen is a plain 404."""
    status = status_of(refusal)
    if status == 404 or not wants_fragment():
        return answer_refusal(refusal)
    g.refusal = refusal.code
    sentence = refusal_sentence(refusal.code, **refusal.facts)
    return result_response(refused(sentence, actions=_next_step(event_id, refusal)), status=status)


def _next_step(event_id: int, refusal: Refused) -> tuple[Action, ...]:
    if refusal.code != "reason_required" or "check_in_id" not in refusal.facts:
        return ()
    page = url_for("desk.take_back", event_id=event_id, check_in_id=refusal.facts["check_in_id"])
    return (Action(gettext("Say why and undo"), page, solid=True, in_dialog=True),)


def _answer_several(event_id: int, typed: Typed) -> Response:
    if not wants_fragment():
        return _to_desk(event_id, q=typed.text)
    return make_response(render_template("desk/_several.html", **list_parts(open_desk(event_id), typed.text)))


def _to_desk(event_id: int, **where: Any) -> Response:
    return see_other(url_for("desk.desk", event_id=event_id, **where))
