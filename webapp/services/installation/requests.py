"""Asking to open an organization, deciding about it, or opening one at once, as the installation allows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from webapp.domain.event_days import require_timezone
from webapp.domain.installation.opening import LATELY, Opening, require_may_ask
from webapp.domain.installation.operator_act import OperatorAct
from webapp.domain.permission import Actor, Role
from webapp.domain.refusal import Refused
from webapp.models import OrganizationRequest, User
from webapp.queries.row_types import AnyRow
from webapp.services.installation.letters import tell_asker
from webapp.services.installation.trail import record_act
from webapp.services.organizations.organization_setup import add_facility, add_member, add_organization
from webapp.services.unit_of_work import write_transaction

_REQUEST = OrganizationRequest.__table__


@dataclass(frozen=True, slots=True)
class RequestDraft:
    """What somebody wants to open, and what they write to the operator; checked."""

    name: str
    facility: str
    timezone: str
    note: str


def ask_for_organization(*, draft: RequestDraft, opening: Opening, actor: Actor, now: datetime) -> int | None:
    """Open it at once and return its id, or let it wait for an operator and return None.

    Raises Refused: what `require_may_ask` raises, `organization_exists`, `unknown_timezone`.
    """
    zone = require_timezone(draft.timezone).key
    with write_transaction() as session:
        person = session.execute(
            select(User.id, User.email, User.address_proved_at).where(User.id == actor.user_id).with_for_update()
        ).one()
        _require_may_ask(session, opening, person, now)
        values = {"user_id": person.id, "name": draft.name, "facility": draft.facility, "timezone": zone}
        written = insert(_REQUEST).values(**values, note=draft.note, created_at=now).returning(_REQUEST.c.id)
        request_id = session.scalars(written).one()
        if opening is Opening.REQUEST:
            return None
        row = session.execute(select(_REQUEST).where(_REQUEST.c.id == request_id)).one()
        return _open(session, row, by=None, now=now)


def accept_request(*, request_id: int, reason: str, actor: Actor, now: datetime) -> int:
    """Open what was asked for, with its asker as the owner, who is told; its id.

    Raises Refused: `not_found`, `request_decided`, `organization_exists`.
    """
    with write_transaction() as session:
        row = _lock(session, request_id)
        organization_id = _open(session, row, by=actor, now=now, reason=reason)
        tell_asker(session, row, is_accepted=True, reason=reason, now=now)
    return organization_id


def decline_request(*, request_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """Do not open it; the asker is told why. Raises Refused: `not_found`, `request_decided`."""
    with write_transaction() as session:
        row = _lock(session, request_id)
        _decide(session, row, by=actor, now=now, organization_id=None, reason=reason)
        who = {"actor_id": actor.user_id or 0, "user_id": row.user_id}
        record_act(session, OperatorAct.REQUEST_DECLINED, **who, after=row.name, reason=reason, at=now)
        tell_asker(session, row, is_accepted=False, reason=reason, now=now)


def _require_may_ask(session: Session, opening: Opening, person: AnyRow, now: datetime) -> None:
    theirs = select(func.count()).select_from(_REQUEST).where(_REQUEST.c.user_id == person.id)
    require_may_ask(
        opening,
        address_proved_at=person.address_proved_at,
        has_open_request=bool(session.scalar(theirs.where(_REQUEST.c.decided_at.is_(None)))),
        lately=session.scalar(theirs.where(_REQUEST.c.created_at > now - LATELY)) or 0,
    )


def _lock(session: Session, request_id: int) -> AnyRow:
    row = session.execute(select(_REQUEST).where(_REQUEST.c.id == request_id).with_for_update()).one_or_none()
    if row is None:
        raise Refused("not_found")
    if row.decided_at is not None:
        raise Refused("request_decided")
    return row


def _open(session: Session, row: AnyRow, *, by: Actor | None, now: datetime, reason: str | None = None) -> int:
    address = session.scalar(select(User.email).where(User.id == row.user_id))
    if address is None:
        raise Refused("not_found")
    made = add_organization(session, name=row.name, contact_email=address, now=now)
    add_facility(session, made.id, name=row.facility, timezone=row.timezone)
    add_member(session, made.id, row.user_id, role=Role.OWNER, now=now)
    _decide(session, row, by=by, now=now, organization_id=made.id, reason=reason)
    who = {"actor_id": by.user_id if by and by.user_id else row.user_id, "user_id": row.user_id}
    kind = OperatorAct.ORGANIZATION_OPENED
    record_act(session, kind, **who, organization_id=made.id, after=row.name, reason=reason, at=now)
    return made.id


def _decide(
    session: Session, row: AnyRow, *, by: Actor | None, now: datetime, organization_id: int | None, reason: str | None
) -> None:
    decided = {"decided_at": now, "decided_by_id": by.user_id if by else None, "reason": reason}
    changed = update(_REQUEST).where(_REQUEST.c.id == row.id)
    session.execute(changed.values(**decided, organization_id=organization_id))
