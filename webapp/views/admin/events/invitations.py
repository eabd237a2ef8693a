"""Who was invited to an event, and taking an invitation back."""

from typing import Any

from flask import flash, render_template, url_for

from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.places.event_invitation import event_of_invitation, invitations_of
from webapp.services.places.event_invitation import withdraw_invitation
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.guards import staff
from webapp.views.loading import load_staff_event
from webapp.views.responses import see_other


@blueprint.get("/events/<id:event_id>/invitations")
@staff(Permission.GIVE_PLACE)
def event_invitations(event_id: int) -> Any:
    """Those who have not answered first."""
    event = load_staff_event(event_id, Permission.GIVE_PLACE)
    found = invitations_of(event_id)
    return render_template("admin/events/enrollments/invitations.html", event=event, invitations=found)


@blueprint.post("/event-invitations/<id:invitation_id>/withdraw")
@staff(Permission.GIVE_PLACE)
def withdraw_event_invitation(invitation_id: int) -> Any:
    """The link in the mail is worth nothing from now on."""
    event = load_staff_event(event_of_invitation(invitation_id) or 0, Permission.GIVE_PLACE)
    try:
        withdraw_invitation(invitation_id=invitation_id, now=request_time.now())
        flash(gettext("The invitation has been withdrawn."))
    except Refused as refused:
        if refused.code != "invitation_answered":
            raise
        flash(gettext("They answered a moment ago. Nothing was changed."), "wait")
    return see_other(url_for("admin.event_invitations", event_id=event.id))
