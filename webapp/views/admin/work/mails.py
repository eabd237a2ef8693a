"""Mails that wait or were given up: why, since when, and sending them again."""

from flask import Response, flash, url_for

from webapp import queueing
from webapp.domain.permission import Permission
from webapp.languages.words import gettext
from webapp.queries.notices.mails import mail_page
from webapp.services.notices.messages import send_again, send_all_again
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.forms.sent import one_field
from webapp.views.guards import job_watcher, the_actor
from webapp.views.paging import page_number
from webapp.views.responses import render, see_other
from webapp.views.words.formatting import plural

_REASON_LIMIT = 500


@blueprint.get("/mails")
@job_watcher
def mails() -> Response:
    """What was given up by reason and one by one, and what waits."""
    return render(
        "admin/work/mails.html",
        "admin/work/_mails.html",
        post=mail_page(visible_to_actor(), page_number()),
        zone=the_actor().timezone or "UTC",
    )


@blueprint.post("/mails/<id:message_id>/again")
@job_watcher
def send_mail_again(message_id: int) -> Response:
    """Give a mail that was given up all its tries again."""
    if send_again(message_id=message_id, now=request_time.now(), organization_ids=visible_to_actor()):
        queueing.nudge("send-messages")
        flash(gettext("The email will be sent again."))
    else:
        flash(gettext("That email is already on its way. Nothing was changed."), "wait")
    return see_other(url_for("admin.mails"))


@blueprint.post("/mails/again")
@job_watcher
def send_mails_again() -> Response:
    """The same for all that were given up for one reason."""
    reason = one_field("reason")[:_REASON_LIMIT]
    revived = send_all_again(reason=reason, now=request_time.now(), organization_ids=visible_to_actor())
    if revived:
        queueing.nudge("send-messages")
        flash(plural(revived, "{n} email will be sent again.", "{n} emails will be sent again."))
    else:
        flash(gettext("No emails have failed for that reason anymore. Nothing was changed."), "wait")
    return see_other(url_for("admin.mails"))


def visible_to_actor() -> list[int] | None:
    """The organizations whose runs and mails the actor may see; None is all, for the operator."""
    actor = the_actor()
    return None if actor.is_operator else actor.organizations_with(Permission.OVERRIDE_OUTCOME)
