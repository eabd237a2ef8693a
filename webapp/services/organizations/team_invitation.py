"""Asking people by mail to join a team; the yes of the account whose proved address it is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from webapp.adapters.tokens import new_token, token_hash
from webapp.domain.people.team import (
    INVITATION_KIND,
    INVITATION_LIFETIME,
    MOST_INVITED,
    TeamChangeKind,
    as_granted,
    grants_in_text,
    read_grants,
    require_changeable,
)
from webapp.domain.permission import SYSTEM_USER_ID, Actor, Grant, Permission, Role
from webapp.domain.refusal import Refused
from webapp.models import MemberRole, Membership, Message, Organization, TeamInvitation, User
from webapp.queries.organizations.team import grants_of, is_open, roles_named
from webapp.queries.row_types import AnyRow
from webapp.services.accounts.people_by_address import mark_as_given
from webapp.services.insertion import insert_unless_there
from webapp.services.organizations.invitation_letter import invitation_letter
from webapp.services.organizations.team import record, require_facilities
from webapp.services.unit_of_work import nudge_after_commit, write_transaction

_INVITATION = TeamInvitation.__table__


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whom, for which roles (as text), and what is said to them."""

    address: str
    grants: str
    note: str


def invite(
    *,
    organization_id: int,
    addresses: Sequence[str],
    grants: Collection[Grant],
    note: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Mail each of these checked addresses a link; how many. Who was invited before gets a new one, the old is over.

    Raises Refused: `not_found`, `role_missing`, `role_above_own`, `owner_everywhere`, `unknown_facility`,
    `too_many_addresses`, `member_already` (fact: `address`).
    """
    wanted = as_granted(grants)
    if len(addresses) > MOST_INVITED:
        raise Refused("too_many_addresses", most=MOST_INVITED)
    with write_transaction() as session:
        organization = _lock(session, organization_id)
        require_changeable(actor, organization_id, (), wanted)
        require_facilities(session, organization_id, wanted)
        _require_strangers(session, organization_id, addresses)
        for address in dict.fromkeys(addresses):
            _end_open(session, organization_id, address, now)
            asked = _Asked(address, grants_in_text(wanted), note)
            _ask(session, organization, asked, actor=actor, now=now)
        nudge_after_commit(session, "send-messages")
    return len(set(addresses))


def invite_owner(session: Session, organization_id: int, address: str, *, actor: Actor, now: datetime) -> None:
    """Mail that checked address a link to own it, whoever asks; one that waits there already is over.

    Raises Refused: `not_found`, `owner_already`.
    """
    organization = _lock(session, organization_id)
    owns = (
        select(MemberRole.id)
        .join(User, User.id == MemberRole.user_id)
        .where(MemberRole.organization_id == organization_id, MemberRole.role == Role.OWNER, User.email == address)
    )
    if session.scalar(owns) is not None:
        raise Refused("owner_already", address=address)
    _end_open(session, organization_id, address, now)
    asked = _Asked(address, grants_in_text({Grant(Role.OWNER)}), "")
    _ask(session, organization, asked, actor=actor, now=now)
    nudge_after_commit(session, "send-messages")


def send_invitation_again(*, invitation_id: int, actor: Actor, now: datetime) -> None:
    """A new link for the same; the old one is over.

    Raises Refused: `not_found`, `team_invitation_over`, `role_above_own`.
    """
    with write_transaction() as session:
        row = _managed(session, invitation_id, actor)
        require_changeable(actor, row.organization_id, (), read_grants(row.grants))
        _end_open(session, row.organization_id, row.address, now)
        asked = _Asked(row.address, row.grants, row.note)
        _ask(session, _lock(session, row.organization_id), asked, actor=actor, now=now)
        nudge_after_commit(session, "send-messages")


def withdraw_team_invitation(*, invitation_id: int, actor: Actor, now: datetime) -> None:
    """Take it back; its link says so. Raises Refused: `not_found`, `team_invitation_over`."""
    with write_transaction() as session:
        row = _managed(session, invitation_id, actor)
        _end_open(session, row.organization_id, row.address, now)


def answer_team_invitation(*, token: str, actor: Actor, accepts: bool, now: datetime) -> int:
    """Join the team, or not; the organization. The account's proved address has to be the invited one.

    Raises Refused: `not_found`, `team_invitation_over` (answered, withdrawn or expired), `invitation_of_another`
    (fact: `address`).
    """
    with write_transaction() as session:
        owner = select(_INVITATION.c.organization_id).where(_INVITATION.c.token_hash == token_hash(token))
        organization_id = session.scalar(owner)
        if organization_id is None:
            raise Refused("not_found")
        _lock(session, organization_id)
        row = session.execute(select(_INVITATION).where(_INVITATION.c.token_hash == token_hash(token))).one()
        if row.answered_at is not None or row.withdrawn_at is not None or row.expires_at <= now:
            raise Refused("team_invitation_over")
        _require_theirs(session, row, actor)
        accepted_by = actor.user_id if accepts else None
        answered = {"answered_at": now, "accepted_by_id": accepted_by}
        session.execute(update(_INVITATION).where(_INVITATION.c.id == row.id).values(answered))
        if accepts and accepted_by is not None:
            _join(session, row, accepted_by, actor=actor, now=now)
    return int(organization_id)


def _join(session: Session, row: AnyRow, user_id: int, *, actor: Actor, now: datetime) -> None:
    organization_id, wanted = row.organization_id, read_grants(row.grants)
    held = grants_of(session, organization_id, user_id)
    after = as_granted({*held, *wanted})
    who = {"organization_id": organization_id, "user_id": user_id, "created_at": now}
    session.execute(insert_unless_there(session, Membership.__table__).values(who))
    rows = [{**who, "role": one.role, "facility_id": one.facility_id} for one in wanted if one not in held]
    if rows:
        session.execute(insert(MemberRole), rows)
    mark_as_given(session, [user_id])
    said = {"before": roles_named(held), "after": roles_named(after)}
    record(session, TeamChangeKind.JOINED, organization_id, user_id, actor=actor, at=now, **said)


def _require_theirs(session: Session, row: AnyRow, actor: Actor) -> None:
    theirs = select(User.email).where(User.id == actor.user_id, User.address_proved_at.is_not(None))
    if session.scalar(theirs) != row.address:
        raise Refused("invitation_of_another", address=row.address)


def _lock(session: Session, organization_id: int) -> AnyRow:
    """Everything about a team is decided by one after the other."""
    columns = (Organization.id, Organization.name, Organization.language)
    query = select(*columns).where(Organization.id == organization_id).with_for_update(key_share=True)
    row = session.execute(query).one_or_none()
    if row is None:
        raise Refused("not_found")
    return row


def _managed(session: Session, invitation_id: int, actor: Actor) -> AnyRow:
    row = session.execute(select(_INVITATION).where(_INVITATION.c.id == invitation_id)).one_or_none()
    if row is None or not actor.can(Permission.MANAGE_TEAM, row.organization_id):
        raise Refused("not_found")
    _lock(session, row.organization_id)
    still = select(_INVITATION.c.id).where(_INVITATION.c.id == invitation_id, is_open())
    if session.scalar(still) is None:
        raise Refused("team_invitation_over")
    return row


def _require_strangers(session: Session, organization_id: int, addresses: Sequence[str]) -> None:
    member = (
        select(User.email)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organization_id == organization_id, User.email.in_(addresses))
        .order_by(User.email)
        .limit(1)
    )
    found = session.scalar(member)
    if found is not None:
        raise Refused("member_already", address=found)


def _end_open(session: Session, organization_id: int, address: str, now: datetime) -> None:
    own = (_INVITATION.c.organization_id == organization_id, _INVITATION.c.address == address, is_open())
    session.execute(update(_INVITATION).where(*own).values(withdrawn_at=now))


def _ask(session: Session, organization: AnyRow, asked: _Asked, *, actor: Actor, now: datetime) -> None:
    token = new_token()
    values = {
        "organization_id": organization.id,
        "address": asked.address,
        "token_hash": token_hash(token),
        "grants": asked.grants,
        "note": asked.note,
        "invited_by_id": actor.user_id,
        "created_at": now,
        "expires_at": now + INVITATION_LIFETIME,
    }
    invitation_id = session.scalars(insert(_INVITATION).values(values).returning(_INVITATION.c.id)).one()
    roles = roles_named(read_grants(asked.grants))
    subject, body = invitation_letter(organization, actor.name, roles, asked.note, token=token, now=now)
    letter = {"kind": INVITATION_KIND, "user_id": SYSTEM_USER_ID, "recipient": asked.address}
    said = {"subject": subject, "body": body, "details": {}, "created_at": now, "next_try_at": now}
    session.execute(insert(Message).values(dedupe_key=f"team_invitation:{invitation_id}", **letter, **said))
