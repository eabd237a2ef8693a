"""A person as others see them: the public profile, and its owner's look at it."""

from flask import Response, make_response, render_template, url_for

from webapp.domain.refusal import Refused
from webapp.queries.people.history import own_privacy
from webapp.queries.people.profile import Profile, profile_of_handle, profile_of_person
from webapp.views import request_time
from webapp.views.guards import public, signed_in, the_actor
from webapp.views.paging import page_number
from webapp.views.participant.blueprint import blueprint


@blueprint.get("/people/<string(maxlength=60):handle>")
@public
def profile(handle: str) -> Response:
    """What a person shows to everybody. Unknown, disabled, deleted and not public are all not found."""
    found = profile_of_handle(handle, page=page_number(), now=request_time.now())
    if found is None:
        raise Refused("not_found")
    return _page(found, lambda page: url_for("participant.profile", handle=handle, page=page))


@blueprint.get("/me/privacy/preview")
@signed_in
def profile_preview() -> Response:
    """The same page for its owner, also while it has no address yet."""
    user_id = the_actor().user_id or 0
    found = profile_of_person(user_id, page=page_number(), now=request_time.now())
    return _page(
        found, lambda page: url_for("participant.profile_preview", page=page), own=own_privacy(user_id), is_preview=True
    )


def _page(found: Profile, page_url, /, **values: object) -> Response:
    if found.records.number > 1 and not found.records.rows:
        raise Refused("not_found")
    response = make_response(
        render_template("participant/people/profile.html", profile=found, page_url=page_url, **values)
    )
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
