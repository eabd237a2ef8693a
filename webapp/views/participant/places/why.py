"""Why a status is what it is, derived from the evidence."""

from flask import Response, render_template

from webapp.domain.events.appeal import is_fileable
from webapp.domain.refusal import Refused
from webapp.queries.online.meeting_session import sessions_for_reader
from webapp.queries.places.my_events import event_of_enrollment
from webapp.queries.places.outcome import explanation_of
from webapp.queries.places.own_appeal import terms_at
from webapp.views import request_time
from webapp.views.guards import signed_in, the_actor
from webapp.views.participant.blueprint import blueprint


@blueprint.get("/me/enrollments/<id:enrollment_id>/why")
@signed_in
def why(enrollment_id: int) -> Response:
    user_id = the_actor().user_id or 0
    event = event_of_enrollment(enrollment_id, user_id)
    if event is None:
        raise Refused("not_found")
    explanation = explanation_of(enrollment_id)
    sessions = sessions_for_reader(event.id, user_id)
    terms = terms_at(event.id, user_id)
    return Response(
        render_template(
            "participant/places/why.html",
            event=event,
            explanation=explanation,
            sessions=sessions,
            may_appeal=terms is not None and is_fileable(terms, request_time.now()),
        )
    )
