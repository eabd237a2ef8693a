"""The passes of one person for all their dates to come, on a page and as a calendar file."""

from urllib.parse import urlsplit

from flask import Response, current_app, make_response, render_template, url_for

from webapp.queries.events.series import SeriesFacts
from webapp.queries.places.passes import calendar_of_places
from webapp.views import request_time
from webapp.views.guards import signed_in, the_actor
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.series.page import OneDate, load_series
from webapp.views.responses import see_other


@blueprint.get("/series/<slug:slug>/passes")
@signed_in
def series_passes(slug: str) -> Response:
    series, own = _own(slug)
    if not own:
        return see_other(url_for("participant.series", slug=slug))
    name = the_actor().name
    return make_response(render_template("participant/series/passes.html", series=series, own=own, name=name))


@blueprint.get("/series/<slug:slug>/passes.ics")
@signed_in
def series_calendar(slug: str) -> Response:
    """All of one's dates in one file; each has the name it has in its own file, so neither doubles it."""
    series, own = _own(slug)
    if not own:
        return see_other(url_for("participant.series", slug=slug))
    base_url = current_app.extensions["settings"].base_url
    places = {base_url + url_for("participant.event", slug=one.place.event.slug): one.place for one in own}
    file = calendar_of_places(
        series.title, places, host=urlsplit(base_url).hostname or "turnout", now=request_time.now()
    )
    name = f"{series.slug}.ics"
    return Response(file, mimetype="text/calendar", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _own(slug: str) -> tuple[SeriesFacts, list[OneDate]]:
    """The series and the dates that the reader has a pass for."""
    series, dates = load_series(slug, request_time.now())
    return series, [one for one in dates if one.has_pass]
