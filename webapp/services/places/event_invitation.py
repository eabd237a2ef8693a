"""Asking somebody whom staff adds to an event: invited by mail, answered by a link, withdrawn by staff.

Why it is so: docs/decisions/126-asked-first.md.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from webapp.adapters.signed_link import LinkPurpose
from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.enrollment import LIVE, EnrollmentSource
from webapp.domain.places.event_invitation import InvitationStatus, require_answerable
from webapp.domain.refusal import Refused
from webapp.domain.text import first_name
from webapp.languages.language import speaking
from webapp.languages.words import N_
from webapp.models import EventInvitation, Message, Organization, User
from webapp.queries.id_set import is_among
from webapp.queries.mail_address import greeted_name, mail_address, told_about
from webapp.queries.row_types import AnyRow
from webapp.services.letters import Letters, say_about
from webapp.services.places.guest_import import require_importable, standing_of
from webapp.services.places.newcomers import Place, add_newcomers, take_place
from webapp.services.places.seats import LockedEvent, lock_event, require_open_organization, save_counters
from webapp.services.places.transition import Cause
from webapp.services.places.waitlist import promote_next
from webapp.services.unit_of_work import nudge_after_commit, write_transaction

_INVITATION = EventInvitation.__table__
_SUBJECT = N_("{organization} invites you to {title}")
_BODY = N_("""Hi {name},

{organization} would like you to come to {title}.

Open this page to see when and where, and to say yes or no:

{link}

The invitation holds no place for you. If all places are taken when you say yes, you join the waitlist.
""")


def people_asked(session: Session, event_id: int) -> set[int]:
    """The ids of those who were invited and have not answered."""
    mine = (_INVITATION.c.event_id == event_id, _INVITATION.c.status == InvitationStatus.OPEN)
    return set(session.scalars(select(_INVITATION.c.user_id).where(*mine)))


def invite(session: Session, locked: LockedEvent, user_ids: Sequence[int], *, cause: Cause) -> None:
    """Ask these people (with an address, and not asked before) by mail; no seat is held."""
    if not user_ids:
        return
    rows = [
        {
            "event_id": locked.id,
            "user_id": user_id,
            "status": InvitationStatus.OPEN,
            "invited_by_id": cause.actor.user_id,
            "created_at": cause.at,
        }
        for user_id in user_ids
    ]
    session.execute(insert(_INVITATION), rows)
    asked = (
        select(
            _INVITATION.c.id,
            User.id.label("user_id"),
            greeted_name().label("name"),
            mail_address().label("email"),
            told_about().label("about"),
            User.language,
        )
        .join(User, User.id == _INVITATION.c.user_id)
        .where(_INVITATION.c.event_id == locked.id, _INVITATION.c.status == InvitationStatus.OPEN)
        .where(is_among(session, _INVITATION.c.user_id, user_ids))
    )
    people = session.execute(asked.order_by(_INVITATION.c.id)).all()
    organization = session.execute(
        select(Organization.name, Organization.language).where(Organization.id == locked.row.organization_id)
    ).one()
    letters = Letters(cause.at)
    session.execute(insert(Message), [_letter(letters, one, locked, organization, cause.at) for one in people])
    nudge_after_commit(session, "send-messages")


def answer_invitation(*, invitation_id: int, accepts: bool, now: datetime) -> str:
    """Say yes or no; the status that the person has in the event then, or "declined". The same answer again is fine.

    A yes takes a free seat, or joins the line. Raises Refused: `not_found`, `invitation_answered`, `invitation_over`,
    `event_not_published`, `event_full`, `organization_closed` (suspended).
    """
    with write_transaction() as session:
        event_id = session.scalar(select(_INVITATION.c.event_id).where(_INVITATION.c.id == invitation_id))
        if event_id is None:
            raise Refused("not_found")
        locked = lock_event(session, event_id)
        asked = _lock(session, invitation_id)
        wanted = InvitationStatus.ACCEPTED if accepts else InvitationStatus.DECLINED
        standing = standing_of(session, event_id, [asked.user_id]).get(asked.user_id)
        if asked.status == wanted:
            return str(standing) if accepts and standing else wanted
        require_answerable(asked.status, starts_at=locked.starts_at, now=now)
        _end(session, invitation_id, wanted, now)
        if not accepts:
            return wanted
        require_open_organization(session, locked)
        require_importable(locked, now)
        if standing in LIVE:
            return str(standing)
        promote_next(session, locked, now=now)
        place = _let_in(session, locked, asked, now)
        save_counters(session, locked)
    return place.status


def withdraw_invitation(*, invitation_id: int, now: datetime) -> None:
    """Take it back, if nobody answered yet: the link says so. Raises Refused: `not_found`, `invitation_answered`."""
    with write_transaction() as session:
        asked = _lock(session, invitation_id)
        if asked.status != InvitationStatus.OPEN:
            raise Refused("invitation_answered")
        _end(session, invitation_id, InvitationStatus.WITHDRAWN, now)


def _let_in(session: Session, locked: LockedEvent, asked: AnyRow, now: datetime) -> Place:
    name = session.scalar(select(User.name).where(User.id == asked.user_id)) or ""
    cause = Cause(
        by=Trigger.USER, actor=Actor(user_id=asked.user_id, name=name), at=now, reason="Said yes to an invitation"
    )
    place = take_place(locked, cause)
    add_newcomers(session, locked, {asked.user_id: place}, cause=cause, source=EnrollmentSource.STAFF)
    return place


def _lock(session: Session, invitation_id: int) -> AnyRow:
    row = session.execute(
        select(*_INVITATION.c).where(_INVITATION.c.id == invitation_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise Refused("not_found")
    return row


def _end(session: Session, invitation_id: int, status: InvitationStatus, now: datetime) -> None:
    session.execute(update(_INVITATION).where(_INVITATION.c.id == invitation_id).values(status=status, ended_at=now))


def _letter(
    letters: Letters, one: AnyRow, locked: LockedEvent, organization: AnyRow, now: datetime
) -> dict[str, object]:
    link = letters.link(
        LinkPurpose.INVITATION, "participant.invitation", expires_at=locked.starts_at, invitation=one.id
    )
    words = {"organization": organization.name, "title": locked.row.title, "link": link, "name": first_name(one.name)}
    with speaking(one.language or organization.language):
        subject, body = say_about(one.about, str(_SUBJECT).format(**words), str(_BODY).format(**words))
    return {
        "dedupe_key": f"invitation:{one.id}",
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
