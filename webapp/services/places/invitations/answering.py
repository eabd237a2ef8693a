"""What somebody says to an invitation: a yes takes a free seat or joins the line, a maybe and a no are kept."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.enrollment import LIVE, EnrollmentSource
from webapp.domain.places.event_invitation import BECOMES, InvitationAnswer, require_answerable
from webapp.models import User
from webapp.queries.places.event_invitation import invitation_until
from webapp.queries.row_types import AnyRow
from webapp.services.places.guest_import import require_importable, standing_of
from webapp.services.places.invitations.inviting import end_invitation, lock_invitation
from webapp.services.places.newcomers import Place, add_newcomers, take_place
from webapp.services.places.seats import LockedEvent, require_open_organization, save_counters
from webapp.services.places.transition import Cause
from webapp.services.places.waitlist import promote_next
from webapp.services.unit_of_work import write_transaction


def answer_invitation(*, invitation_id: int, answer: InvitationAnswer, now: datetime) -> str:
    """Say it; the status that the person has in the event then, or that of the invitation. The same again is fine.

    A maybe or a no can become anything; a yes is a place, which is given back as any other. Raises Refused:
    `not_found`, `invitation_answered`, `invitation_over`, `event_not_published`, `event_full`,
    `organization_closed` (suspended).
    """
    with write_transaction() as session:
        locked, asked = lock_invitation(session, invitation_id)
        says_yes, wanted = answer is InvitationAnswer.YES, BECOMES[answer]
        standing = standing_of(session, locked.id, [asked.user_id]).get(asked.user_id)
        if asked.status == wanted:
            return str(standing) if says_yes and standing else wanted
        require_answerable(asked.status, until=invitation_until(locked.row, asked), now=now)
        end_invitation(session, invitation_id, wanted, now)
        if not says_yes:
            return wanted
        require_open_organization(session, locked)
        require_importable(locked, now)
        if standing in LIVE:
            return str(standing)
        promote_next(session, locked, now=now)
        place = _let_in(session, locked, asked, now)
        save_counters(session, locked)
    return place.status


def _let_in(session: Session, locked: LockedEvent, asked: AnyRow, now: datetime) -> Place:
    name = session.scalar(select(User.name).where(User.id == asked.user_id)) or ""
    cause = Cause(
        by=Trigger.USER, actor=Actor(user_id=asked.user_id, name=name), at=now, reason="Said yes to an invitation"
    )
    place = take_place(locked, cause)
    add_newcomers(session, locked, {asked.user_id: place}, cause=cause, source=EnrollmentSource.STAFF)
    return place
