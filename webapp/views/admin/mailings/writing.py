"""Writing a message to people of an event: looked at, tried on oneself, sent now or at a time, changed until then."""

import secrets
from dataclasses import dataclass
from typing import Any

from flask import make_response, render_template, request, url_for

from webapp.domain.notices.audience import Audience
from webapp.domain.notices.mailing import MOST_A_DAY
from webapp.domain.numbers import MAX_ID, whole_or_none
from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.queries.events.event import EventFacts
from webapp.queries.notices.mailings.mailings import MailingFacts, mailing_by_id
from webapp.services.notices.mailings.planning import change_mailing, plan_mailing, send_trial
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.mailings.choices import AudienceChoices, choices_for
from webapp.views.admin.mailings.loading import load_message
from webapp.views.admin.mailings.message_form import (
    MESSAGE,
    Look,
    filled_form,
    form_values,
    look_at,
    planned_for,
    read_audience,
    read_draft,
    read_words,
)
from webapp.views.forms.form import Form
from webapp.views.forms.sent import is_sent, sent_request_id
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_event
from webapp.views.responses import flash_with_notes, see_other, wants_fragment
from webapp.views.words.refusals import refusal_sentence


@dataclass(frozen=True, slots=True)
class Writing:
    """One look at the form: of a new message (`request_id`), or of a planned one."""

    event: EventFacts
    form: Form
    choices: AudienceChoices
    audience: Audience
    mailing: MailingFacts | None = None
    request_id: str | None = None

    @property
    def action(self) -> str:
        if self.mailing is not None:
            return url_for("admin.save_message", mailing_id=self.mailing.id)
        return url_for("admin.send_message", event_id=self.event.id)

    def look(self) -> Look:
        besides_id = self.mailing.id if self.mailing else None
        return look_at(self.event, self.form, self.audience, request_time.now(), besides_id=besides_id)


@blueprint.get("/events/<id:event_id>/messages/new")
@staff(Permission.MANAGE_EVENTS)
def new_message(event_id: int) -> Any:
    """An empty one, or `?from=12`: as that one was."""
    event = load_staff_event(event_id, Permission.MANAGE_EVENTS)
    former = _former(event)
    choices = choices_for(event, former.audience if former else None)
    form = filled_form(event, former, choices, is_copy=True)
    return _page(Writing(event, form, choices, read_audience(form, choices), request_id=secrets.token_hex(16)))


@blueprint.post("/events/<id:event_id>/messages/new")
@staff(Permission.MANAGE_EVENTS)
def send_message(event_id: int) -> Any:
    """Send it; or by its other buttons look at it, or try it on oneself."""
    event, request_id = load_staff_event(event_id, Permission.MANAGE_EVENTS), sent_request_id()
    form, choices = MESSAGE.sent(), choices_for(event)
    writing = Writing(event, form, choices, read_audience(form, choices), request_id=request_id)
    if (looked := _looked(writing)) is not None:
        return looked
    draft = read_draft(form, event, writing.audience)
    now, real_now, actor = request_time.now(), request_time.real_now(), the_actor()
    mailing_id = form.check(
        lambda: plan_mailing(
            event_id=event_id, draft=draft, actor=actor, request_id=request_id, now=now, real_now=real_now
        )
    )
    if form.is_refused:
        return _page(writing)
    is_sent_now = draft.send_at is None and draft.relative is None
    flash_with_notes(form, gettext("We’re sending it.") if is_sent_now else gettext("The message is planned."))
    return see_other(url_for("admin.message", mailing_id=mailing_id))


@blueprint.get("/messages/<id:mailing_id>/edit")
@staff(Permission.MANAGE_EVENTS)
def edit_message(mailing_id: int) -> Any:
    """A planned one, to be changed."""
    found, event = load_message(mailing_id)
    if not found.is_planned:
        return see_other(url_for("admin.message", mailing_id=mailing_id))
    choices = choices_for(event, found.audience)
    form = filled_form(event, found, choices)
    form.version = found.version
    return _page(Writing(event, form, choices, read_audience(form, choices), mailing=found))


@blueprint.post("/messages/<id:mailing_id>/edit")
@staff(Permission.MANAGE_EVENTS)
def save_message(mailing_id: int) -> Any:
    """Keep what was changed; or by its other buttons look at it, or try it on oneself."""
    found, event = load_message(mailing_id)
    form, choices = MESSAGE.sent(), choices_for(event, found.audience)
    form.require_version()
    writing = Writing(event, form, choices, read_audience(form, choices), mailing=found)
    if (looked := _looked(writing)) is not None:
        return looked
    draft = read_draft(form, event, writing.audience)
    version, now, real_now = form.version or 0, request_time.now(), request_time.real_now()
    form.check(
        lambda: change_mailing(mailing_id=mailing_id, draft=draft, expected_version=version, now=now, real_now=real_now)
    )
    if form.is_refused:
        return _page(writing)
    flash_with_notes(form, gettext("Saved."))
    return see_other(url_for("admin.message", mailing_id=mailing_id))


def _looked(writing: Writing) -> Any:
    """What the other two buttons of the form do; None: it was sent to be kept."""
    if is_sent("look"):
        return _page(writing)
    if is_sent("trial"):
        return _page(writing, said=_try(writing))
    return None


def _try(writing: Writing) -> str | None:
    """Send it to the organizer as the person of the preview would get it; what was done, or None."""
    form, actor, now = writing.form, the_actor(), request_time.now()
    subject, body = read_words(form)
    reader = writing.look().reader
    if reader is None:
        form.refuse(Refused("no_recipients"))
    else:
        form.check(lambda: send_trial(subject=subject, body=body, reader=reader, actor=actor, now=now))
    return None if form.is_refused else gettext("We sent a test to {address}.", address=actor.email or "")


def _page(writing: Writing, *, said: str | None = None) -> Any:
    """The page, or what changes of it while it is filled in."""
    look = writing.look()
    body = render_template(
        "admin/mailings/_look_update.html" if wants_fragment() else "admin/mailings/write.html",
        event=writing.event,
        form=writing.form,
        choices=writing.choices,
        mailing=writing.mailing,
        request_id=writing.request_id,
        action=writing.action,
        look=look,
        beyond_words=refusal_sentence("beyond_the_day", people=look.beyond, most=MOST_A_DAY) if look.beyond else None,
        planned_for=planned_for(writing.form, writing.event),
        said_before=said,
        **form_values(),
    )
    return make_response(body, writing.form.status)


def _former(event: EventFacts) -> MailingFacts | None:
    former_id = whole_or_none(request.args.get("from", ""), high=MAX_ID)
    found = mailing_by_id(former_id) if former_id else None
    return found if found is not None and found.event_id == event.id else None
