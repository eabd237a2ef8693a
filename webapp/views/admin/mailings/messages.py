"""Messages to people of an event: the list, and one with who got it."""

from typing import Any

from flask import flash, render_template, url_for

from webapp.domain.permission import Permission
from webapp.languages.words import gettext
from webapp.queries.notices.mailings.mailings import mailings_of_event, recipients_page
from webapp.services.notices.mailings.planning import withdraw_mailing
from webapp.views import request_time
from webapp.views.admin.address import neighbours
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.mailings.choices import audience_words, choices_for
from webapp.views.admin.mailings.loading import load_message
from webapp.views.admin.mailings.message_words import delivery_words, mailing_badge, mailing_end
from webapp.views.admin.mailings.relative_fields import relative_words
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_event
from webapp.views.paging import page_number
from webapp.views.responses import render, see_other


@blueprint.get("/events/<id:event_id>/messages")
@staff(Permission.MANAGE_EVENTS)
def event_messages(event_id: int) -> str:
    """What was written to people of the event, what is to come first."""
    event = load_staff_event(event_id, Permission.MANAGE_EVENTS)
    found = mailings_of_event(event_id)
    choices = choices_for(event) if found else None
    return render_template(
        "admin/mailings/messages.html",
        event=event,
        messages=[(one, audience_words(one.audience, choices)) for one in found] if choices else [],
        badge=mailing_badge,
        relative_words=relative_words,
    )


@blueprint.get("/messages/<id:mailing_id>")
@staff(Permission.MANAGE_EVENTS)
def message(mailing_id: int) -> Any:
    """One of them: its words, how far it is, and who got it."""
    found, event = load_message(mailing_id)
    people = recipients_page(mailing_id, page_number())
    return render(
        "admin/mailings/message.html",
        "admin/mailings/_message.html",
        event=event,
        found=found,
        people=people,
        audience=audience_words(found.audience, choices_for(event, found.audience)),
        badge=mailing_badge,
        relative_words=relative_words,
        end=mailing_end(found),
        delivery=delivery_words,
        is_moving=found.is_moving(request_time.now()),
        **neighbours(people, lambda page: url_for("admin.message", mailing_id=mailing_id, page=page)),
    )


@blueprint.post("/messages/<id:mailing_id>/withdraw")
@staff(Permission.MANAGE_EVENTS)
def withdraw_message(mailing_id: int) -> Any:
    """Do not send it."""
    found, event = load_message(mailing_id)
    withdraw_mailing(mailing_id=found.id, actor=the_actor(), now=request_time.now())
    flash(gettext("The message was withdrawn. No one got it."))
    return see_other(url_for("admin.event_messages", event_id=event.id))
