"""A person's own calendar under a secret address: shown once, made anew, ended; and the calendar itself."""

from flask import Response, flash, make_response, render_template, url_for

from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.people.calendar_feed import FeedLinks, feed_since, person_of_feed, personal_feed
from webapp.services.accounts.calendar_feed import end_feed, renew_feed
from webapp.views import request_time
from webapp.views.addresses import public_host, public_url
from webapp.views.guards import public, signed_in, the_actor
from webapp.views.http.feed import calendar_response
from webapp.views.participant.blueprint import blueprint
from webapp.views.responses import see_other


@blueprint.get("/me/calendar")
@signed_in
def calendar_settings() -> Response:
    """Whether there is an address, and the buttons."""
    return _page()


@blueprint.post("/me/calendar")
@signed_in
def renew_calendar() -> Response:
    """A new address, on the only page that ever shows it."""
    return _page(renew_feed(user_id=the_actor().user_id or 0, now=request_time.now()))


@blueprint.post("/me/calendar/end")
@signed_in
def end_calendar() -> Response:
    """The address opens nothing any more."""
    end_feed(user_id=the_actor().user_id or 0)
    flash(gettext("The calendar link no longer works."))
    return see_other(url_for("participant.calendar_settings"))


@blueprint.get("/calendar/<string(maxlength=100):token>.ics")
@public
def personal_calendar(token: str) -> Response:
    """The places of whoever made that address; without a cookie, because calendar programs have none."""
    user_id = person_of_feed(token)
    if user_id is None:
        raise Refused("not_found")
    links = FeedLinks(
        event=lambda slug: public_url("participant.event", slug=slug),
        own_class=lambda enrollment_id: public_url("participant.my_class", enrollment_id=enrollment_id),
        host=public_host(),
    )
    file = personal_feed(user_id, name=gettext("My events"), links=links, now=request_time.now())
    return calendar_response(file, is_public=False)


def _page(token: str | None = None) -> Response:
    address = public_url("participant.personal_calendar", token=token) if token else None
    since = feed_since(the_actor().user_id or 0)
    return make_response(render_template("participant/people/calendar_feed.html", address=address, since=since))
