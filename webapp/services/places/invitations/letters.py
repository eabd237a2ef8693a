"""The mail of an invitation: one link, and a page behind it for each answer."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from webapp.adapters.signed_link import LinkPurpose
from webapp.domain.places.event_invitation import WAITED_FOR
from webapp.domain.text import first_name
from webapp.languages.language import speaking
from webapp.languages.words import N_
from webapp.models import EventInvitation, Message, Organization, User
from webapp.queries.id_set import is_among
from webapp.queries.mail_address import greeted_name, mail_address, told_about
from webapp.queries.row_types import AnyRow
from webapp.services.letters import Letters, say_about
from webapp.services.places.seats import LockedEvent
from webapp.services.unit_of_work import nudge_after_commit

_INVITATION = EventInvitation.__table__
_SUBJECT = N_("{organization} invites you to {title}")
_BODY = N_("""Hi {name},

{organization} would like you to come to {title}. Will you?

Yes: {link}/yes

Maybe: {link}/maybe

No: {link}/no

Each opens a page that says when and where, with a button to press. You can change a maybe or a no later.

The invitation holds no place for you. If all places are taken when you say yes, you join the waitlist.
""")


def mail_invitations(session: Session, locked: LockedEvent, user_ids: Sequence[int], *, now: datetime) -> None:
    """Write to these people about their invitations that wait for a yes; each mail has a number of its own."""
    asked = (
        select(
            _INVITATION.c.id,
            _INVITATION.c.mails,
            User.id.label("user_id"),
            greeted_name().label("name"),
            mail_address().label("email"),
            told_about().label("about"),
            User.language,
        )
        .join(User, User.id == _INVITATION.c.user_id)
        .where(_INVITATION.c.event_id == locked.id, _INVITATION.c.status.in_(sorted(WAITED_FOR)))
        .where(is_among(session, _INVITATION.c.user_id, user_ids))
    )
    people = session.execute(asked.order_by(_INVITATION.c.id)).all()
    organization = session.execute(
        select(Organization.name, Organization.language).where(Organization.id == locked.row.organization_id)
    ).one()
    letters = Letters(now)
    session.execute(insert(Message), [_letter(letters, one, locked, organization, now) for one in people])
    nudge_after_commit(session, "send-messages")


def _letter(
    letters: Letters, one: AnyRow, locked: LockedEvent, organization: AnyRow, now: datetime
) -> dict[str, object]:
    # Without an end: what the link leads to knows when it is over, also where the event was moved.
    link = letters.link(LinkPurpose.INVITATION, "participant.invitation", invitation=one.id)
    words = {"organization": organization.name, "title": locked.row.title, "link": link, "name": first_name(one.name)}
    with speaking(one.language or organization.language):
        subject, body = say_about(one.about, str(_SUBJECT).format(**words), str(_BODY).format(**words))
    return {
        "dedupe_key": f"invitation:{one.id}" if one.mails == 1 else f"invitation:{one.id}:{one.mails}",
        "kind": "invitation",
        "user_id": one.user_id,
        "event_id": locked.id,
        "recipient": one.email,
        "subject": " ".join(subject.split())[:250],
        "body": body,
        "details": {},
        "created_at": now,
        "next_try_at": now,
    }
