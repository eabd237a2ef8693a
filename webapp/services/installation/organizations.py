"""Organizations as the operator sees them: opened, renamed, suspended, given to another owner.

Why it is so: docs/decisions/106-what-operators-decide.md.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Update, select, update
from sqlalchemy.orm import Session

from webapp.domain.event_days import require_timezone
from webapp.domain.installation.operator_act import OperatorAct
from webapp.domain.permission import Actor
from webapp.domain.refusal import Refused
from webapp.models import Organization
from webapp.queries.row_types import AnyRow
from webapp.services.installation.letters import tell_owners
from webapp.services.installation.trail import record_act
from webapp.services.organizations.organization_setup import add_facility, add_organization
from webapp.services.organizations.team_invitation import invite_owner
from webapp.services.unit_of_work import write_transaction


@dataclass(frozen=True, slots=True)
class OrganizationDraft:
    """What an operator opens; everything is checked, the owner by their address."""

    name: str
    owner: str
    facility: str
    timezone: str


def open_organization(*, draft: OrganizationDraft, actor: Actor, now: datetime) -> int:
    """Open it with its first facility, and mail its owner an invitation; its id.

    Raises Refused: `organization_exists`, `unknown_timezone`.
    """
    zone = require_timezone(draft.timezone).key
    with write_transaction() as session:
        made = add_organization(session, name=draft.name, contact_email=draft.owner, now=now)
        add_facility(session, made.id, name=draft.facility, timezone=zone)
        _record(session, OperatorAct.ORGANIZATION_OPENED, made.id, actor, now, after=draft.name)
        invite_owner(session, made.id, draft.owner, actor=actor, now=now)
    return made.id


def rename_organization(*, organization_id: int, name: str, actor: Actor, now: datetime) -> bool:
    """Give it another name; its addresses stay. False where it has that name.

    Raises Refused: `not_found`, `organization_exists`.
    """
    with write_transaction() as session:
        row = _lock(session, organization_id)
        if row.name == name:
            return False
        if session.scalar(select(Organization.id).where(Organization.name == name)) is not None:
            raise Refused("organization_exists")
        session.execute(_changed(organization_id, name=name))
        _record(session, OperatorAct.ORGANIZATION_RENAMED, organization_id, actor, now, before=row.name, after=name)
    return True


def suspend_organization(*, organization_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """Close its pages and its staff's changes, and tell its owners why. Raises `not_found`, `suspended_already`."""
    with write_transaction() as session:
        if _lock(session, organization_id).suspended_at is not None:
            raise Refused("suspended_already")
        session.execute(_changed(organization_id, suspended_at=now, suspended_because=reason))
        _record(session, OperatorAct.ORGANIZATION_SUSPENDED, organization_id, actor, now, reason=reason)
        tell_owners(session, organization_id, OperatorAct.ORGANIZATION_SUSPENDED, reason, now=now)


def resume_organization(*, organization_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """Open everything again, and tell its owners. Raises `not_found`, `not_suspended`."""
    with write_transaction() as session:
        if _lock(session, organization_id).suspended_at is None:
            raise Refused("not_suspended")
        session.execute(_changed(organization_id, suspended_at=None, suspended_because=None))
        _record(session, OperatorAct.ORGANIZATION_RESUMED, organization_id, actor, now, reason=reason)
        tell_owners(session, organization_id, OperatorAct.ORGANIZATION_RESUMED, reason, now=now)


def name_owner(*, organization_id: int, address: str, actor: Actor, now: datetime) -> None:
    """Invite the mailbox of that checked address to own it, too. Raises `not_found`, `owner_already`."""
    with write_transaction() as session:
        _lock(session, organization_id)
        invite_owner(session, organization_id, address, actor=actor, now=now)
        _record(session, OperatorAct.OWNER_INVITED, organization_id, actor, now)


def _lock(session: Session, organization_id: int) -> AnyRow:
    columns = (Organization.id, Organization.name, Organization.suspended_at)
    query = select(*columns).where(Organization.id == organization_id).with_for_update(key_share=True)
    row = session.execute(query).one_or_none()
    if row is None:
        raise Refused("not_found")
    return row


def _changed(organization_id: int, **values: object) -> Update:
    return update(Organization).where(Organization.id == organization_id).values(**values)


def _record(
    session: Session, kind: OperatorAct, organization_id: int, actor: Actor, now: datetime, **said: Any
) -> None:
    record_act(session, kind, actor_id=actor.user_id or 0, organization_id=organization_id, at=now, **said)
