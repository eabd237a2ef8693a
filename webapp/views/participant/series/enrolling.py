"""One press for several dates: each is taken by its own rules, and the page says what became of each."""

from collections import Counter
from collections.abc import Mapping

from flask import Response, flash, make_response, redirect, url_for

from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.services.events.series.places import enroll_in_dates
from webapp.services.places.enrollment import Placed
from webapp.views import request_time
from webapp.views.forms.sent import is_sent, several_fields
from webapp.views.guards import signed_in, the_actor
from webapp.views.http.event_links import current_links
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.series.page import OneDate, load_series, show_series
from webapp.views.responses import see_other
from webapp.views.words.formatting import plural
from webapp.views.words.instants import when
from webapp.views.words.refusals import refusal_sentence


@blueprint.get("/series/<slug:slug>/enroll")
@signed_in
def ask_to_enroll_in_series(slug: str) -> Response:
    """Where somebody lands who signed in to enroll: the page, with the dates to choose from."""
    return make_response(redirect(url_for("participant.series", slug=slug, _anchor="dates")))


@blueprint.post("/series/<slug:slug>/enroll")
@signed_in
def enroll_in_series(slug: str) -> Response:
    """`date`: the names of the dates that were ticked; `all`: every one that can be had by this button."""
    now = request_time.now()
    series, dates = load_series(slug, now)
    wanted = set(several_fields("date"))
    chosen = [one for one in dates if (one.can_enroll if is_sent("all") else one.place.event.slug in wanted)]
    if not chosen:
        flash(gettext("Choose at least one date."), "error")
        return show_series(series, dates, status=422)
    try:
        done = enroll_in_dates(
            slugs=[one.place.event.slug for one in chosen], actor=the_actor(), now=now, links=current_links()
        )
    except Refused as refused:
        if refused.code != "terms_unaccepted":
            raise
        back = url_for("participant.series", slug=slug)
        return see_other(url_for("participant.organization_terms", slug=series.organization_slug, next=back))
    _say(chosen, done)
    return see_other(url_for("participant.series", slug=slug, _anchor="dates"))


def _say(chosen: list[OneDate], done: Mapping[str, Placed | Refused]) -> None:
    """How many dates came to what, and of each that was refused, why."""
    counts = Counter(result.status for result in done.values() if isinstance(result, Placed))
    said = {
        S.CONFIRMED: ("You are enrolled for {n} date.", "You are enrolled for {n} dates."),
        S.WAITLISTED: ("You are on the waitlist for {n} date.", "You are on the waitlist for {n} dates."),
        S.PENDING: ("You applied for {n} date.", "You applied for {n} dates."),
    }
    words = [plural(counts[status], *forms) for status, forms in said.items() if counts[status]]
    if words:
        flash(" ".join(words))
    for one in chosen:
        event, result = one.place.event, done[one.place.event.slug]
        # Pressing twice is no error: the first press is what counts, and the page shows it.
        if isinstance(result, Refused) and result.code != "already_enrolled":
            why = _why(result, event.timezone, one)
            flash(gettext("{date}: {why}", date=when(event.starts_at, event.timezone, one.now), why=why), "error")


def _why(refused: Refused, timezone: str, one: OneDate) -> str:
    if refused.code == "questions_unanswered":
        return gettext("This date asks a few questions. Open it to answer them and enroll.")
    return refusal_sentence(refused.code, tz=timezone, now=one.now, **refused.facts)
