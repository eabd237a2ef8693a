"""What is next for me, and what was."""

from flask import Response, render_template

from webapp import clock
from webapp.queries.my_events import my_events as find_my_events
from webapp.views.form_input import page_number
from webapp.views.guards import signed_in, the_actor
from webapp.views.participant.blueprint import blueprint


@blueprint.get("/me")
@signed_in
def my_events() -> Response:
    mine = find_my_events(the_actor().user_id or 0, page=page_number(), now=clock.now())
    return Response(render_template("participant/my_events.html", mine=mine))
