"""Everything that is stored about me, as a file."""

from flask import Response

from webapp.queries.people.take_out_lines import take_out_csv as csv_lines
from webapp.queries.people.take_out_lines import take_out_json as json_lines
from webapp.views import request_time
from webapp.views.guards import signed_in, the_actor
from webapp.views.http.download import download
from webapp.views.participant.blueprint import blueprint


@blueprint.get("/me/data.json")
@signed_in
def take_out_json() -> Response:
    """For a program."""
    return download(
        json_lines(the_actor().user_id or 0, now=request_time.now()), "turnout-my-data.json", "application/json"
    )


@blueprint.get("/me/data.csv")
@signed_in
def take_out_csv() -> Response:
    """For a spreadsheet."""
    return download(csv_lines(the_actor().user_id or 0), "turnout-my-data.csv", "text/csv")
