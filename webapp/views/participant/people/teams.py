"""The teams that somebody is on, and leaving one."""

from flask import Response, flash, render_template, url_for

from webapp.domain.installation.opening import Opening
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.classes.teaching import open_classes_of
from webapp.queries.organizations.team import Team, teams_of
from webapp.views.forms.form import Form
from webapp.views.guards import signed_in, the_actor
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.organizations.opening import opening_of_installation
from webapp.views.responses import done, small_form
from webapp.views.team_leaving import REMOVAL, leaves, successors


@blueprint.get("/me/teams")
@signed_in
def teams() -> Response:
    """Each with the reader's roles there."""
    may_open = opening_of_installation() is not Opening.OPERATOR
    body = render_template("participant/people/teams/teams.html", teams=teams_of(_reader()), may_open=may_open)
    return Response(body)


@blueprint.get("/me/teams/<id:organization_id>/leave")
@signed_in
def ask_leave_team(organization_id: int) -> Response:
    """Say what that means, and ask who takes over where somebody has to."""
    return _page(_load(organization_id), REMOVAL.filled())


@blueprint.post("/me/teams/<id:organization_id>/leave")
@signed_in
def confirm_leaving_team(organization_id: int) -> Response:
    """Leave; the access ends at once."""
    team, form = _load(organization_id), REMOVAL.sent()
    if not leaves(form, organization_id, _reader()):
        return _page(team, form)
    flash(gettext("You’re no longer on the team of {organization}.", organization=team.organization_name))
    return done(url_for("participant.teams"))


def _reader() -> int:
    return the_actor().user_id or 0


def _load(organization_id: int) -> Team:
    found = next((one for one in teams_of(_reader()) if one.organization_id == organization_id), None)
    if found is None:
        raise Refused("not_found")
    return found


def _page(team: Team, form: Form) -> Response:
    return small_form(
        "participant/people/teams/leave_team",
        form,
        team=team,
        taught=open_classes_of(team.organization_id, _reader()),
        successors=successors(team.organization_id, _reader()),
    )
