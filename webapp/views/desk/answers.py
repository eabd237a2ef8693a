"""What a guest is asked at the door: answered to whoever works there, on a page and in a dialog."""

from flask import Response, make_response, render_template, request

from webapp.domain.questions.answer import Sheet
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.desk.guest import Guest, by_id, read_guest
from webapp.queries.questions.sheets import own_sheets
from webapp.services.questions.answers import answer_at_door
from webapp.views.desk.asking import asking_at, levels_at
from webapp.views.desk.blueprint import blueprint
from webapp.views.desk.open_desk import Desk, open_desk
from webapp.views.desk.result import Result
from webapp.views.desk.taps import result_response
from webapp.views.forms.questions import MOST_FORM_BYTES, AskingForm, asking_form, read_sent, refuse
from webapp.views.guards import desk_crew
from webapp.views.http.uploads import takes_files
from webapp.views.responses import see_other, wants_fragment


@blueprint.get("/<id:event_id>/answers/<id:enrollment_id>")
@desk_crew
def answers(event_id: int, enrollment_id: int) -> Response:
    """What the guest is asked here, and what this desk may read of what they answered."""
    desk = open_desk(event_id)
    guest, sheet = _load(desk, enrollment_id)
    return _page(desk, guest, sheet, _form(desk, sheet))


@blueprint.post("/<id:event_id>/answers/<id:enrollment_id>")
@takes_files(MOST_FORM_BYTES)
@desk_crew
def save_answers(event_id: int, enrollment_id: int) -> Response:
    """Keep what the guest says."""
    desk = open_desk(event_id)
    guest, sheet = _load(desk, enrollment_id)
    asking = asking_at(desk.scene)
    try:
        answer_at_door(
            event_id=event_id,
            enrollment_id=enrollment_id,
            sent=read_sent(),
            asking=asking,
            actor=desk.actor,
            now=desk.now,
        )
    except Refused as refused:
        form = _form(desk, sheet)
        refuse(form, refused, tz=desk.event.timezone, now=desk.now)
        return _page(desk, guest, sheet, form)
    if not wants_fragment():
        return see_other(desk.scene.url("desk"))
    response = result_response(Result("again", "check", gettext("Answers saved"), guest.name))
    response.headers["HX-Trigger"] = "close-dialog"
    return response


def _load(desk: Desk, enrollment_id: int) -> tuple[Guest, Sheet]:
    guest = read_guest(by_id(enrollment_id))
    sheet = own_sheets({enrollment_id: desk.event.has_questions}).get(enrollment_id)
    if guest is None or guest.event_id != desk.event.id or sheet is None:
        raise Refused("not_found")
    return guest, sheet


def _form(desk: Desk, sheet: Sheet) -> AskingForm:
    return asking_form(sheet.of_form(asking_at(desk.scene)), sheet.answers)


def _page(desk: Desk, guest: Guest, sheet: Sheet, form: AskingForm) -> Response:
    fragment, levels = wants_fragment(), levels_at(desk.scene)
    asked = {one.id for one in form.questions}
    body = render_template(
        "desk/answers/_answers.html" if fragment else "desk/answers/answers.html",
        desk=desk,
        guest=guest,
        sheet=sheet,
        said=[one for one in sheet.answered() if one.draft.seen_by in levels and one.id not in asked],
        form=form,
        in_dialog=fragment,
    )
    response = make_response(body, form.status)
    if fragment and request.method == "POST":
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#dialog", "innerHTML"
    return response
