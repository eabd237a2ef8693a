"""Inviting people to an event, who was invited and what they said; sending it again, and taking it back."""

from collections import Counter
from typing import Any

from flask import Response, flash, make_response, render_template, url_for

from webapp.domain.event_life import EventStatus
from webapp.domain.permission import Permission
from webapp.domain.places.adding import AddedLine, Fate
from webapp.domain.places.event_invitation import ANSWERABLE, WAITED_FOR
from webapp.domain.places.lists.pasted_people import MOST_LINES, read_pasted
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext, ngettext
from webapp.queries.events.event import EventFacts
from webapp.queries.places.event_invitation import answers_of, event_of_invitation, invitation_until, invitations_of
from webapp.services.places.invitations.inviting import (
    invite_people,
    mail_again,
    mail_again_to_silent,
    withdraw_invitation,
)
from webapp.views import request_time
from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.events.event_sentences import bad_time
from webapp.views.admin.people.adding import said_of
from webapp.views.errors import status_of
from webapp.views.forms.form import Form, FormKind
from webapp.views.guards import staff, the_actor
from webapp.views.loading import load_staff_event
from webapp.views.responses import flash_with_notes, see_other
from webapp.views.words.refusals import refusal_sentence

_INVITE = FormKind(
    ("lines", "expires_at"),
    sentences={
        "nobody_pasted": N_("Enter at least one address"),
        **{
            ("expires_at", code): bad_time(N_("the last answer")) for code in ("wall_time_invalid", "date_out_of_range")
        },
    },
    field_of={"expiry_passed": "expires_at", "expiry_too_late": "expires_at"},
    otherwise="lines",
)


@blueprint.get("/events/<id:event_id>/invitations")
@staff(Permission.GIVE_PLACE)
def event_invitations(event_id: int) -> Response:
    """Those who have not answered first."""
    return _page(load_staff_event(event_id, Permission.GIVE_PLACE), _INVITE.filled())


@blueprint.post("/events/<id:event_id>/invitations")
@staff(Permission.GIVE_PLACE)
def invite_to_event(event_id: int) -> Response:
    """Invite everybody on the list, or nobody where a line cannot be read."""
    event, form, now = load_staff_event(event_id, Permission.GIVE_PLACE), _INVITE.sent(), request_time.now()
    expires_at = form.read_instant("expires_at", event.timezone, required=False)
    people = form.read("lines", read_pasted)
    if form.is_refused:
        return _page(event, form)
    try:
        lines = invite_people(event_id=event_id, people=people, expires_at=expires_at, actor=the_actor(), now=now)
    except Refused as refused:
        wrong: Any = refused.facts.get("lines", ()) if refused.code == "lines_wrong" else ()
        form.refuse(refused, tz=event.timezone, now=now)
        return _page(event, form, wrong)
    flash_with_notes(form, _said(lines))
    return _back(event_id)


@blueprint.post("/events/<id:event_id>/invitations/again")
@staff(Permission.GIVE_PLACE)
def mail_invitations_again(event_id: int) -> Response:
    """Write once more to everybody who did not answer."""
    load_staff_event(event_id, Permission.GIVE_PLACE)
    sent = mail_again_to_silent(event_id=event_id, now=request_time.now())
    flash(
        ngettext("Sent again to {n} person.", "Sent again to {n} people.", sent)
        if sent
        else gettext("Everyone who hasn’t answered got an email within the last hour.")
    )
    return _back(event_id)


@blueprint.post("/event-invitations/<id:invitation_id>/again")
@staff(Permission.GIVE_PLACE)
def mail_invitation_again(invitation_id: int) -> Response:
    """Write once more to one person."""
    event = load_staff_event(event_of_invitation(invitation_id) or 0, Permission.GIVE_PLACE)
    try:
        mail_again(invitation_id=invitation_id, now=request_time.now())
        flash(gettext("The invitation was sent again."))
    except Refused as refused:
        if status_of(refused) != 409:
            raise
        flash(refusal_sentence(refused.code, **refused.facts), "wait")
    return _back(event.id)


@blueprint.post("/event-invitations/<id:invitation_id>/withdraw")
@staff(Permission.GIVE_PLACE)
def withdraw_event_invitation(invitation_id: int) -> Response:
    """The link in the mail is worth nothing from now on."""
    event = load_staff_event(event_of_invitation(invitation_id) or 0, Permission.GIVE_PLACE)
    try:
        withdraw_invitation(invitation_id=invitation_id, now=request_time.now())
        flash(gettext("The invitation has been withdrawn."))
    except Refused as refused:
        if refused.code != "invitation_answered":
            raise
        flash(gettext("They answered a moment ago. Nothing was changed."), "wait")
    return _back(event.id)


def _said(lines: list[AddedLine]) -> str:
    """3 people were invited. 1 line was left out."""
    return said_of(Counter(line.fate for line in lines if line.fate))


def _back(event_id: int) -> Response:
    return see_other(url_for("admin.event_invitations", event_id=event_id))


def _page(event: EventFacts, form: Form, wrong: tuple[AddedLine, ...] = ()) -> Response:
    now, found = request_time.now(), invitations_of(event.id)
    body = render_template(
        "admin/events/enrollments/invitations.html",
        event=event,
        form=form,
        wrong=[
            (line.number, line.name or line.address or "", refusal_sentence(line.problem.code, **line.problem.facts))
            for line in wrong
            if line.problem is not None and line.fate is Fate.WRONG
        ],
        invitations=[(one, invitation_until(event, one)) for one in found],
        counts=answers_of(event.id),
        most_lines=MOST_LINES,
        WAITED_FOR=WAITED_FOR,
        ANSWERABLE=ANSWERABLE,
        can_invite=event.status == EventStatus.PUBLISHED and now < event.effective_end_at,
    )
    return make_response(body, form.status)
