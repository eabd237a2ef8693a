"""A party at the door: one, some or all of them are let in."""

from flask import Response

from webapp.domain.desk.check_in import Verdict
from webapp.domain.refusal import Refused
from webapp.services.desk.party import PartyOutcome, check_in_heads
from webapp.views import request_time
from webapp.views.desk.blueprint import blueprint
from webapp.views.desk.party_result import came_in
from webapp.views.desk.result import Result, Scene
from webapp.views.desk.results import present
from webapp.views.desk.taps import answer_refused, read_tap, result_response
from webapp.views.forms.sent import is_sent, row_ids, sent_id
from webapp.views.guards import desk_crew
from webapp.views.loading import desk_people
from webapp.views.responses import see_other, wants_fragment


@blueprint.post("/<id:event_id>/party")
@desk_crew
def check_in_party(event_id: int) -> Response:
    """Those who were chosen are here, or all of them."""
    try:
        outcome = check_in_heads(
            event_id=event_id,
            enrollment_id=sent_id("enrollment"),
            chosen=None if is_sent("all") else row_ids("head"),
            crew=desk_people(),
            tap=read_tap(),
        )
    except Refused as refused:
        return answer_refused(event_id, refused)
    scene = Scene(outcome.event, outcome.door, outcome.actor, request_time.now())
    result = _told(scene, outcome)
    if wants_fragment():
        return result_response(result)
    first = outcome.came[0] if outcome.came else outcome.guest
    return see_other(scene.url("desk", result=f"party.{first.enrollment_id}" if first else None))


def _told(scene: Scene, outcome: PartyOutcome) -> Result:
    if not outcome.came and outcome.guest is not None:
        verdict, guest = outcome.verdict or Verdict.UNKNOWN, outcome.guest
        return present(scene, verdict, guest, guest.live_on(outcome.door.today), None)
    return came_in(scene, [one.name for one in outcome.came])
