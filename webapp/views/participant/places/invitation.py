"""An invitation to an event: opened from a mail, without signing in, and answered by a press only."""

from typing import Any

from flask import g, make_response, render_template

from webapp.domain.places.event_invitation import InvitationStatus
from webapp.domain.refusal import Refused
from webapp.queries.places.event_invitation import invitation_of_link
from webapp.services.places.event_invitation import answer_invitation
from webapp.views import request_time
from webapp.views.errors import status_of
from webapp.views.guards import signed_link
from webapp.views.participant.blueprint import blueprint
from webapp.views.words.refusals import refusal_sentence

_LINK = "<string(maxlength=400):token>"


@blueprint.get(f"/invitations/{_LINK}")
@signed_link
def invitation(token: str) -> Any:
    """Opening the link changes nothing: mail scanners follow links, too."""
    return _page(token)


@blueprint.post(f"/invitations/{_LINK}/<any(yes, no):answer>")
@signed_link
def answer_event_invitation(token: str, answer: str) -> Any:
    """Come, or not; the same again says the same."""
    now = request_time.now()
    found = invitation_of_link(token, now)
    try:
        status = answer_invitation(invitation_id=found.id, accepts=answer == "yes", now=now)
    except Refused as refused:
        return _page(token, refused=refused)
    return _page(token, answered=status)


def _page(token: str, *, answered: str | None = None, refused: Refused | None = None) -> Any:
    if refused is not None:
        g.refusal = refused.code
    found = invitation_of_link(token, request_time.now())
    body = render_template(
        "participant/places/invitation.html",
        invited=found,
        token=token,
        answered=answered or (None if found.status == InvitationStatus.OPEN else found.status),
        error=refusal_sentence(refused.code, **refused.facts) if refused else None,
    )
    return make_response(body, status_of(refused) if refused else 200)
