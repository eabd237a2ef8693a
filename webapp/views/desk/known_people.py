"""Whom a name may mean that is typed for a walk-in."""

from flask import render_template, request

from webapp.domain.refusal import Refused
from webapp.queries.people.known_people import known_people
from webapp.views.desk.blueprint import blueprint
from webapp.views.forms.known_people import as_picked
from webapp.views.guards import desk_crew
from webapp.views.loading import load_desk


@blueprint.get("/<id:event_id>/walk-in/people")
@desk_crew
def suggest_walk_in(event_id: int) -> str:
    """People whom the organization knows. A helper, who sees no addresses, finds nothing here."""
    event, actor = load_desk(event_id)
    if actor.helper_id is not None:
        raise Refused("not_found")
    found = known_people(event.organization_id, request.args.get("name", ""))
    return render_template("components/forms/_suggestions.html", suggestions=[(as_picked(one), "") for one in found])
