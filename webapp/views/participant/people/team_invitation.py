"""What the link of an invitation to a team shows, and the answer to it."""

from flask import Response, flash, make_response, render_template, url_for

from webapp.domain.people.team import read_grants
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.organizations.team import invitation_by_token, roles_named
from webapp.services.organizations.team_invitation import answer_team_invitation
from webapp.views import request_time
from webapp.views.current_actor import current_actor
from webapp.views.errors import status_of
from webapp.views.forms.sent import first_field
from webapp.views.guards import public, signed_in, the_actor
from webapp.views.participant.blueprint import blueprint
from webapp.views.responses import see_other


@blueprint.get("/join/<string(maxlength=80):token>")
@public
def team_invitation(token: str) -> Response:
    """Who invites to what; a button for whose address it is, the way to sign in for everybody else."""
    return _page(token)


@blueprint.post("/join/<string(maxlength=80):token>")
@signed_in
def answer_invitation_to_team(token: str) -> Response:
    """Yes or no (`answer`)."""
    accepts = first_field("answer") == "yes"
    try:
        answer_team_invitation(token=token, actor=the_actor(), accepts=accepts, now=request_time.now())
    except Refused as refused:
        if refused.code == "not_found":
            raise
        return _page(token, status=status_of(refused))
    if not accepts:
        flash(gettext("You said no, and nothing was changed."))
        return see_other(url_for("participant.my_events"))
    flash(gettext("Welcome to the team."))
    return see_other(url_for("admin.start"))


def _page(token: str, status: int = 200) -> Response:
    found = invitation_by_token(token)
    if found is None:
        raise Refused("not_found")
    actor, now = current_actor(), request_time.now()
    is_over = found.answered_at is not None or found.withdrawn_at is not None or found.expires_at <= now
    body = render_template(
        "participant/people/teams/invitation.html",
        invitation=found,
        roles=roles_named(read_grants(found.grants)),
        is_over=is_over,
        is_theirs=actor is not None and actor.email == found.address,
        here=url_for("participant.team_invitation", token=token),
    )
    return make_response(body, status)
