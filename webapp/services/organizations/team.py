"""The roles of somebody on the team: read under the organization's lock, changed, told and kept in the trail."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from webapp.domain.people.team import TeamChangeKind, as_granted, require_changeable
from webapp.domain.permission import Actor, Grant, Role
from webapp.domain.refusal import Refused
from webapp.models import Facility, MemberRole, Membership, Organization, TeamChange
from webapp.queries.organizations.team import grants_of, has_other_owner, roles_named
from webapp.services.organizations.team_letters import tell_member
from webapp.services.unit_of_work import write_transaction


def change_roles(
    *,
    organization_id: int,
    user_id: int,
    grants: Collection[Grant],
    seen: Collection[Grant],
    actor: Actor,
    now: datetime,
) -> bool:
    """Give a member exactly these roles and tell them; whether anything changed. `seen` is what the form showed.

    Raises Refused: `not_found`, `stale`, `role_missing`, `role_above_own`, `owner_everywhere`,
    `unknown_facility`, `last_owner`.
    """
    wanted = as_granted(grants)
    with write_transaction() as session:
        held = lock_member(session, organization_id, user_id)
        require_changeable(actor, organization_id, held, wanted)
        require_facilities(session, organization_id, wanted)
        if held == wanted:
            return False
        if held != set(seen):
            raise Refused("stale")
        require_owner_left(session, organization_id, user_id, held=held, wanted=wanted)
        before = roles_named(held)
        session.execute(delete(MemberRole).where(*_theirs(organization_id, user_id)))
        who = {"organization_id": organization_id, "user_id": user_id, "created_at": now}
        session.execute(
            insert(MemberRole), [{**who, "role": one.role, "facility_id": one.facility_id} for one in sorted_(wanted)]
        )
        trail = {"before": before, "after": roles_named(wanted)}
        kind = TeamChangeKind.CHANGED
        record(session, kind, organization_id, user_id, actor=actor, at=now, **trail)
    return True


def lock_member(session: Session, organization_id: int, user_id: int) -> frozenset[Grant]:
    """What somebody holds in an organization whose team nobody else changes meanwhile. Raises `not_found`."""
    session.execute(select(Organization.id).where(Organization.id == organization_id).with_for_update(key_share=True))
    found = session.get(Membership, (organization_id, user_id), populate_existing=True)
    if found is None:
        raise Refused("not_found")
    return grants_of(session, organization_id, user_id)


def require_owner_left(
    session: Session, organization_id: int, user_id: int, *, held: Collection[Grant], wanted: Collection[Grant]
) -> None:
    """Refuse to leave an organization without an owner whose address is proved (`last_owner`)."""
    owns, will_own = (any(one.role is Role.OWNER for one in grants) for grants in (held, wanted))
    if owns and not will_own and not has_other_owner(session, organization_id, user_id):
        name = session.scalar(select(Organization.name).where(Organization.id == organization_id))
        raise Refused("last_owner", organizations=name)


def end_membership(session: Session, organization_id: int, user_id: int) -> None:
    """Take somebody off the team, whose row is locked."""
    session.execute(delete(MemberRole).where(*_theirs(organization_id, user_id)))
    membership = Membership.__table__
    gone = delete(membership).where(membership.c.organization_id == organization_id, membership.c.user_id == user_id)
    session.execute(gone)


def record(
    session: Session,
    kind: TeamChangeKind,
    organization_id: int,
    user_id: int,
    *,
    actor: Actor,
    at: datetime,
    **said: Any,
) -> None:
    """Write the line of the trail, and the mail that tells the person."""
    row = {"organization_id": organization_id, "user_id": user_id, "actor_id": actor.user_id, "kind": kind, "at": at}
    change_id = session.scalars(insert(TeamChange).values(**row, **said).returning(TeamChange.id)).one()
    if actor.user_id != user_id:
        tell_member(session, change_id, now=at)


def sorted_(grants: Collection[Grant]) -> list[Grant]:
    """From the most power to the least."""
    order = list(Role)
    return sorted(grants, key=lambda one: (order.index(one.role), one.facility_id or 0))


def _theirs(organization_id: int, user_id: int) -> tuple[Any, ...]:
    return MemberRole.organization_id == organization_id, MemberRole.user_id == user_id


def require_facilities(session: Session, organization_id: int, grants: Collection[Grant]) -> None:
    """Refuse a role at a facility of somebody else (`unknown_facility`)."""
    wanted = {one.facility_id for one in grants if one.facility_id is not None}
    own = set(session.scalars(select(Facility.id).where(Facility.organization_id == organization_id)))
    if not wanted <= own:
        raise Refused("unknown_facility")
