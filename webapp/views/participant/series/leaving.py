"""Giving up one, several or all places on the dates of a series."""

from flask import Response, flash, make_response, render_template, url_for

from webapp.domain.numbers import MAX_VERSION, whole_or_none
from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.events.series import SeriesFacts
from webapp.services.events.series.places import leave_dates
from webapp.views import request_time
from webapp.views.forms.sent import first_field, row_ids
from webapp.views.guards import signed_in, the_actor
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.series.page import OneDate, load_series
from webapp.views.responses import see_other
from webapp.views.words.formatting import plural
from webapp.views.words.instants import when
from webapp.views.words.refusals import refusal_sentence


@blueprint.get("/series/<slug:slug>/leave")
@signed_in
def ask_to_leave_series(slug: str) -> Response:
    """Which dates; without a place on one there is nothing to ask."""
    series, dates = load_series(slug, request_time.now())
    own = [one for one in dates if one.has_place]
    return _page(series, own) if own else see_other(url_for("participant.series", slug=slug))


@blueprint.post("/series/<slug:slug>/leave")
@signed_in
def leave_series(slug: str) -> Response:
    """Give up the places that were ticked, each as it was seen."""
    now = request_time.now()
    series, dates = load_series(slug, now)
    chosen = set(row_ids("enrollment"))
    own = {one.place.own.id: one for one in dates if one.place.own is not None and one.place.own.id in chosen}
    if not own:
        flash(gettext("Choose at least one date."), "error")
        return _page(series, [one for one in dates if one.has_place], status=422)
    # Given up already: the same form sent twice.
    left = {id_: _seen_version(id_) for id_, one in own.items() if one.has_place}
    done = leave_dates(versions=left, actor=the_actor(), now=now)
    gone = sum(not isinstance(result, Refused) for result in done.values())
    if gone or not done:
        flash(plural(gone or len(own), "You cancelled {n} date.", "You cancelled {n} dates."))
    for id_, result in done.items():
        if isinstance(result, Refused):
            flash(_refused_words(own[id_], result), "error")
    return see_other(url_for("participant.series", slug=slug))


def _seen_version(enrollment_id: int) -> int:
    """The version the form carries; 0, which none has, where it cannot be read."""
    return whole_or_none(first_field(f"version-{enrollment_id}"), high=MAX_VERSION) or 0


def _refused_words(one: OneDate, refused: Refused) -> str:
    event = one.place.event
    why = refusal_sentence(refused.code, tz=event.timezone, now=one.now, **refused.facts)
    return gettext("{date}: {why}", date=when(event.starts_at, event.timezone, one.now), why=why)


def _page(series: SeriesFacts, own: list[OneDate], *, status: int = 200) -> Response:
    has_seat = any(one.place.own and one.place.own.status is EnrollmentStatus.CONFIRMED for one in own)
    body = render_template("participant/series/leave.html", series=series, own=own, has_seat=has_seat)
    return make_response(body, status)
