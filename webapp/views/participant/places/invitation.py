"""An invitation to an event: opened from a mail, without signing in, and answered by a press only."""

from typing import Any

from flask import g, make_response, render_template

from webapp.domain.places.event_invitation import ANSWERABLE, BECOMES, InvitationAnswer, InvitationStatus
from webapp.domain.refusal import Refused
from webapp.languages.words import N_
from webapp.queries.places.event_invitation import invitation_of_link
from webapp.services.places.invitations.answering import answer_invitation
from webapp.views import request_time
from webapp.views.errors import status_of
from webapp.views.guards import signed_link
from webapp.views.participant.blueprint import blueprint
from webapp.views.words.refusals import refusal_sentence

_CHOICES = {
    InvitationAnswer.YES: N_("Yes, I’m coming"),
    InvitationAnswer.MAYBE: N_("Maybe"),
    InvitationAnswer.NO: N_("No, thanks"),
}
_LINK = "<string(maxlength=400):token>"
_ANSWER = "<any(yes, maybe, no):answer>"


@blueprint.get(f"/invitations/{_LINK}")
@signed_link
def invitation(token: str) -> Any:
    """Opening the link changes nothing: mail scanners follow links, too."""
    return _page(token)


@blueprint.get(f"/invitations/{_LINK}/{_ANSWER}")
@signed_link
def meant_answer(token: str, answer: str) -> Any:
    """The link of one answer in the mail: its button is still to press."""
    return _page(token, meant=InvitationAnswer(answer))


@blueprint.post(f"/invitations/{_LINK}/{_ANSWER}")
@signed_link
def answer_event_invitation(token: str, answer: str) -> Any:
    """Come, perhaps, or not; the same again says the same."""
    now = request_time.now()
    found = invitation_of_link(token, now)
    try:
        status = answer_invitation(invitation_id=found.id, answer=InvitationAnswer(answer), now=now)
    except Refused as refused:
        return _page(token, refused=refused)
    return _page(token, said=status)


def _page(
    token: str,
    *,
    said: str | None = None,
    refused: Refused | None = None,
    meant: InvitationAnswer = InvitationAnswer.YES,
) -> Any:
    """`said`: what was answered a moment ago; `meant`: whose button comes first."""
    if refused is not None:
        g.refusal = refused.code
    now = request_time.now()
    found = invitation_of_link(token, now)
    said = said or (None if found.status is InvitationStatus.OPEN else found.status)
    body = render_template(
        "participant/places/invitation.html",
        invited=found,
        event=found.event,
        token=token,
        said=said,
        can_answer=found.status in ANSWERABLE and now < found.until,
        choices=[(one.value, words, one is meant) for one, words in _CHOICES.items() if BECOMES[one] != said],
        error=refusal_sentence(refused.code, **refused.facts) if refused else None,
    )
    return make_response(body, status_of(refused) if refused else 200)
