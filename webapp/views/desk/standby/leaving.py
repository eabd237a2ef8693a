"""Leaving the standby line again at the desk."""

from flask import Response

from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.desk.guest import by_id, read_guest
from webapp.services.desk.standby import leave_standby as leave
from webapp.views.desk.blueprint import blueprint
from webapp.views.desk.open_desk import open_desk
from webapp.views.desk.result import Result
from webapp.views.desk.taps import answer_refused, read_tap, result_response
from webapp.views.forms.sent import sent_id
from webapp.views.guards import desk_crew
from webapp.views.loading import desk_people
from webapp.views.responses import see_other, wants_fragment


@blueprint.post("/<id:event_id>/standby/leave")
@desk_crew
def leave_standby(event_id: int) -> Response:
    """Somebody who was put into the line by mistake, or who went home, is taken out of it."""
    try:
        enrollment_id = sent_id("enrollment")
        leave(event_id=event_id, enrollment_id=enrollment_id, crew=desk_people(), tap=read_tap())
    except Refused as refusal:
        return answer_refused(event_id, refusal)
    desk = open_desk(event_id)
    if not wants_fragment():
        return see_other(desk.scene.url("desk", result=f"ask.{enrollment_id}"))
    guest = read_guest(by_id(enrollment_id))
    name = guest.name if guest is not None else ""
    more = gettext("They no longer count as waiting at the door. Scan them again if they do.")
    return result_response(Result("again", "undo", gettext("Out of the standby line"), name, more))
