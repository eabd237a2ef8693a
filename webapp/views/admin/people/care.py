"""Who looks after somebody without an account: staff asks them, and takes the question back."""

from typing import Any

from flask import flash, url_for

from webapp.domain.permission import Permission
from webapp.languages.words import gettext
from webapp.services.care.attaching import ask_to_look_after, withdraw_care_request
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.people.person_here import CARER, load_person, show_person
from webapp.views.guards import staff, the_actor
from webapp.views.responses import see_other


@blueprint.post("/organization/<id:organization_id>/people/<id:user_id>/care")
@staff(Permission.GIVE_PLACE)
def ask_for_care(organization_id: int, user_id: int) -> Any:
    """Ask the owner of an account by mail; without their yes nothing changes."""
    found = load_person(organization_id, user_id, Permission.GIVE_PLACE)
    form = CARER.sent()
    form.check(
        lambda: ask_to_look_after(
            organization_id=organization_id,
            user_id=user_id,
            address=form.values["email"],
            actor=the_actor(),
            now=request_time.now(),
        )
    )
    if form.is_refused:
        return show_person(found, organization_id, care=form)
    flash(gettext("We asked {email} and wait for a yes.", email=form.values["email"].strip()))
    return _back(organization_id, user_id)


@blueprint.post("/organization/<id:organization_id>/people/<id:user_id>/care/withdraw")
@staff(Permission.GIVE_PLACE)
def withdraw_care(organization_id: int, user_id: int) -> Any:
    load_person(organization_id, user_id, Permission.GIVE_PLACE)
    withdraw_care_request(organization_id=organization_id, user_id=user_id, now=request_time.now())
    flash(gettext("Withdrawn. The link in the email no longer works."))
    return _back(organization_id, user_id)


def _back(organization_id: int, user_id: int) -> Any:
    return see_other(url_for("admin.person_here", organization_id=organization_id, user_id=user_id))
