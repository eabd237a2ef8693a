"""Inviting people: whom staff adds, a pasted list, again, and no longer. No seat is held."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from webapp.domain.permission import Actor
from webapp.domain.places.adding import AddedLine, Fate
from webapp.domain.places.enrollment import LIVE
from webapp.domain.places.event_invitation import (
    AGAIN_AFTER,
    ANSWERABLE,
    WAITED_FOR,
    InvitationStatus,
    answers_until,
    require_expiry,
    require_mailed_again,
)
from webapp.domain.places.lists.pasted_people import PastedPerson
from webapp.domain.refusal import Refused
from webapp.models import EventInvitation
from webapp.queries.id_set import is_among
from webapp.queries.places.event_invitation import invitation_until
from webapp.queries.row_types import AnyRow
from webapp.services.places.added_lines import clean_lines, households_of, ids_of_added
from webapp.services.places.guest_import import require_importable, standing_of
from webapp.services.places.invitations.letters import mail_invitations
from webapp.services.places.seats import LockedEvent, lock_event
from webapp.services.places.transition import Cause
from webapp.services.unit_of_work import write_transaction

_INVITATION = EventInvitation.__table__


def people_asked(session: Session, event_id: int) -> set[int]:
    """The ids of those who were invited and did not say yes or no."""
    mine = (_INVITATION.c.event_id == event_id, _INVITATION.c.status.in_(sorted(WAITED_FOR)))
    return set(session.scalars(select(_INVITATION.c.user_id).where(*mine)))


def invite(
    session: Session,
    locked: LockedEvent,
    user_ids: Sequence[int],
    *,
    cause: Cause,
    expires_at: datetime | None = None,
) -> None:
    """Ask these people (with an address, and not `people_asked`) by mail; who said no is asked anew."""
    if not user_ids:
        return
    said: dict[str, object] = {"invited_by_id": cause.actor.user_id, "expires_at": expires_at}
    reopened = _reopen(session, locked.id, user_ids, cause.at, said)
    rows = [
        {"event_id": locked.id, "user_id": one, "status": InvitationStatus.OPEN, "created_at": cause.at, **said}
        for one in user_ids
        if one not in reopened
    ]
    if rows:
        session.execute(insert(_INVITATION), rows)
    mail_invitations(session, locked, user_ids, now=cause.at)


def invite_people(
    *, event_id: int, people: Sequence[PastedPerson], expires_at: datetime | None, actor: Actor, now: datetime
) -> list[AddedLine]:
    """Invite everybody on the list, and say what became of each line; who is in or was asked is left out.

    All or nobody: raises `lines_wrong` (fact: `lines`, those that cannot be read), besides `not_found`,
    `event_not_published`, `event_over` and what `require_expiry` raises.
    """
    with write_transaction() as session:
        locked = lock_event(session, event_id)
        require_importable(locked, now)
        closes_at = locked.row.enrollment_closes_at
        until = answers_until(None, asked_at=now, closes_at=closes_at, starts_at=locked.starts_at)
        require_expiry(expires_at, until=until, now=now)
        lines = [_addressed(line) for line in clean_lines([_named(one) for one in people])]
        wrong = [line for line in lines if line.fate is Fate.WRONG]
        if wrong:
            raise Refused("lines_wrong", lines=wrong)
        lines = _decided(session, locked, lines)
        ids = ids_of_added(session, lines, now=now)
        cause = Cause(by=actor.acts_as(locked.row.organization_id), actor=actor, at=now)
        invite(session, locked, list(ids.values()), cause=cause, expires_at=expires_at)
    return lines


def mail_again(*, invitation_id: int, now: datetime) -> None:
    """Send one invitation again. Raises `not_found`, and what `require_mailed_again` raises."""
    with write_transaction() as session:
        locked, asked = lock_invitation(session, invitation_id)
        require_importable(locked, now)
        require_mailed_again(
            asked.status, mailed_at=mailed_at(asked), until=invitation_until(locked.row, asked), now=now
        )
        _mail_again(session, locked, [asked], now)


def mail_again_to_silent(*, event_id: int, now: datetime) -> int:
    """Send the invitation again to everybody who did not answer and was not written to lately; how many.

    Raises `not_found`, `event_not_published`, `event_over`.
    """
    with write_transaction() as session:
        locked = lock_event(session, event_id)
        require_importable(locked, now)
        silent = select(_INVITATION).where(
            _INVITATION.c.event_id == locked.id,
            _INVITATION.c.status == InvitationStatus.OPEN,
            func.coalesce(_INVITATION.c.mailed_again_at, _INVITATION.c.created_at) <= now - AGAIN_AFTER,
        )
        asked = [row for row in session.execute(silent) if now < invitation_until(locked.row, row)]
        if asked:
            _mail_again(session, locked, asked, now)
        return len(asked)


def withdraw_invitation(*, invitation_id: int, now: datetime) -> None:
    """Take it back, if there was no yes: the link says so. Raises Refused: `not_found`, `invitation_answered`."""
    with write_transaction() as session:
        _, asked = lock_invitation(session, invitation_id)
        if asked.status not in ANSWERABLE:
            raise Refused("invitation_answered")
        end_invitation(session, invitation_id, InvitationStatus.WITHDRAWN, now)


def lock_invitation(session: Session, invitation_id: int) -> tuple[LockedEvent, AnyRow]:
    """The locked event of that invitation, and the invitation as it is now. Raises `not_found`."""
    event_id = session.scalar(select(_INVITATION.c.event_id).where(_INVITATION.c.id == invitation_id))
    if event_id is None:
        raise Refused("not_found")
    locked = lock_event(session, event_id)
    return locked, session.execute(select(_INVITATION).where(_INVITATION.c.id == invitation_id)).one()


def end_invitation(session: Session, invitation_id: int, status: InvitationStatus, now: datetime) -> None:
    """Keep what it came to."""
    session.execute(update(_INVITATION).where(_INVITATION.c.id == invitation_id).values(status=status, ended_at=now))


def mailed_at(asked: AnyRow) -> datetime:
    """When the newest mail about that invitation was written."""
    at: datetime = asked.mailed_again_at or asked.created_at
    return at


def _reopen(
    session: Session, event_id: int, user_ids: Sequence[int], now: datetime, said: dict[str, object]
) -> set[int]:
    """The invitations to which these people said no are open again; whose they are."""
    latest = (
        select(func.max(_INVITATION.c.id))
        .where(_INVITATION.c.event_id == event_id, is_among(session, _INVITATION.c.user_id, user_ids))
        .group_by(_INVITATION.c.user_id)
    )
    anew = update(_INVITATION).where(_INVITATION.c.id.in_(latest), _INVITATION.c.status == InvitationStatus.DECLINED)
    values = {"status": InvitationStatus.OPEN, "ended_at": None, **_one_more_mail(now), **said}
    return set(session.scalars(anew.values(values).returning(_INVITATION.c.user_id)))


def _mail_again(session: Session, locked: LockedEvent, asked: Sequence[AnyRow], now: datetime) -> None:
    them = is_among(session, _INVITATION.c.id, [one.id for one in asked])
    session.execute(update(_INVITATION).where(them).values(_one_more_mail(now)))
    mail_invitations(session, locked, [one.user_id for one in asked], now=now)


def _one_more_mail(now: datetime) -> dict[str, object]:
    return {"mails": _INVITATION.c.mails + 1, "mailed_again_at": now}


def _named(one: PastedPerson) -> PastedPerson:
    """Who is called nothing is called by the address until they say their name."""
    return one if one.name or not one.address else replace(one, name=one.address.partition("@")[0])


def _addressed(line: AddedLine) -> AddedLine:
    """Nobody is invited without an address."""
    if line.fate is None and line.address is None:
        return replace(line, fate=Fate.WRONG, problem=Refused("email_invalid"))
    return line


def _decided(session: Session, locked: LockedEvent, lines: Sequence[AddedLine]) -> list[AddedLine]:
    told, known = households_of(session, lines)
    before, asked = standing_of(session, locked.id, list(known.values())), people_asked(session, locked.id)

    def fate_of(line: AddedLine) -> Fate:
        user_id = known.get(line.number, 0)
        if before.get(user_id) in LIVE:
            return Fate.ALREADY
        return Fate.ASKED if user_id in asked else Fate.INVITED

    return [line if line.fate is not None else replace(line, fate=fate_of(line)) for line in told]
