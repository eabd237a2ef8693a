"""Who is on the team of an organization, what each may do there, and what changed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.adapters.tokens import token_hash
from webapp.domain.permission import ROLE_PERMISSIONS, Grant, Permission, Role
from webapp.extensions import db
from webapp.models import Facility, MemberRole, Membership, Organization, SignIn, TeamChange, TeamInvitation, User

#: So many lines of the trail are shown.
MOST_CHANGES = 20


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on the team; `roles` as the trail keeps them, from the most power to the least."""

    user_id: int
    name: str
    email: str | None
    is_proved: bool
    seen_at: datetime | None
    grants: set[Grant] = field(default_factory=set)
    roles: list[dict[str, str | None]] = field(default_factory=list)


def members_of(organization_id: int) -> list[Member]:
    """Everybody, by name; two statements."""
    seen = select(func.max(SignIn.seen_at)).where(SignIn.user_id == User.id).correlate(User).scalar_subquery()
    people = db.session.execute(
        select(User.id, User.name, User.email, User.address_proved_at.is_not(None), seen)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organization_id == organization_id)
        .order_by(User.sort_name, User.id)
    )
    found = {row.id: Member(*row) for row in people}
    order = list(Role)
    held = db.session.execute(
        select(MemberRole.user_id, MemberRole.role, MemberRole.facility_id, Facility.name.label("facility"))
        .outerjoin(Facility, Facility.id == MemberRole.facility_id)
        .where(MemberRole.organization_id == organization_id)
    ).all()
    for row in sorted(held, key=lambda one: (order.index(Role(one.role)), one.facility or "")):
        found[row.user_id].grants.add(Grant(Role(row.role), row.facility_id))
        found[row.user_id].roles.append({"role": row.role, "facility": row.facility})
    return list(found.values())


def member_of(organization_id: int, user_id: int) -> Member | None:
    """One of them, or None."""
    return next((one for one in members_of(organization_id) if one.user_id == user_id), None)


@dataclass(frozen=True, slots=True)
class Team:
    """A team that somebody is on, with their roles there."""

    organization_id: int
    organization_name: str
    roles: list[dict[str, str | None]]


def teams_of(user_id: int) -> list[Team]:
    """By the organization's name. One statement."""
    order = list(Role)
    held = db.session.execute(
        select(Organization.id, Organization.name, MemberRole.role, Facility.name.label("facility"))
        .join(MemberRole, MemberRole.organization_id == Organization.id)
        .outerjoin(Facility, Facility.id == MemberRole.facility_id)
        .where(MemberRole.user_id == user_id)
    ).all()
    found: dict[int, Team] = {}
    for row in sorted(held, key=lambda one: (one.name, one.id, order.index(Role(one.role)), one.facility or "")):
        team = found.setdefault(row.id, Team(row.id, row.name, []))
        team.roles.append({"role": row.role, "facility": row.facility})
    return list(found.values())


def grants_of(session: Session, organization_id: int, user_id: int) -> frozenset[Grant]:
    """What they hold there."""
    rows = session.execute(
        select(MemberRole.role, MemberRole.facility_id).where(
            MemberRole.organization_id == organization_id, MemberRole.user_id == user_id
        )
    )
    return frozenset(Grant(Role(row.role), row.facility_id) for row in rows)


def has_other_owner(session: Session, organization_id: int, user_id: int) -> bool:
    """Whether somebody else owns it whose address is proved and whose account is open."""
    other = exists().where(
        MemberRole.organization_id == organization_id,
        MemberRole.role == Role.OWNER,
        MemberRole.user_id != user_id,
        User.id == MemberRole.user_id,
        User.address_proved_at.is_not(None),
        User.disabled_at.is_(None),
    )
    return bool(session.scalar(select(other)))


def team_changes(organization_id: int) -> Sequence[Row]:
    """The latest lines of the trail, newest first, with the names of whom, by whom and who took over."""
    whom, by, successor = aliased(User), aliased(User), aliased(User)
    return db.session.execute(
        select(
            TeamChange.__table__,
            whom.name.label("person"),
            by.name.label("actor"),
            successor.name.label("successor"),
        )
        .join(whom, whom.id == TeamChange.user_id)
        .join(by, by.id == TeamChange.actor_id)
        .outerjoin(successor, successor.id == TeamChange.successor_id)
        .where(TeamChange.organization_id == organization_id)
        .order_by(TeamChange.id.desc())
        .limit(MOST_CHANGES)
    ).all()


def open_invitations(organization_id: int) -> Sequence[Row]:
    """Those that nobody answered yet, expired ones, too, with who invited and the roles as the trail keeps them."""
    return db.session.execute(
        select(TeamInvitation.__table__, User.name.label("invited_by"))
        .join(User, User.id == TeamInvitation.invited_by_id)
        .where(TeamInvitation.organization_id == organization_id, is_open())
        .order_by(TeamInvitation.id.desc())
    ).all()


def invitation_by_token(token: str) -> Row | None:
    """The invitation of that link, answered or not, with the organization's name; None for an unknown one."""
    return db.session.execute(
        select(TeamInvitation.__table__, User.name.label("invited_by"), Organization.name.label("organization_name"))
        .join(User, User.id == TeamInvitation.invited_by_id)
        .join(Organization, Organization.id == TeamInvitation.organization_id)
        .where(TeamInvitation.token_hash == token_hash(token))
    ).one_or_none()


def is_open() -> ColumnElement[bool]:
    """Whether nobody answered an invitation and nobody withdrew it."""
    return and_(TeamInvitation.answered_at.is_(None), TeamInvitation.withdrawn_at.is_(None))


def roles_named(grants: Collection[Grant]) -> list[dict[str, str | None]]:
    """Roles with the names of their facilities, from the most power to the least."""
    ids = [one.facility_id for one in grants if one.facility_id is not None]
    found = db.session.execute(select(Facility.id, Facility.name).where(Facility.id.in_(ids)))
    names, order = {row.id: row.name for row in found}, list(Role)
    listed = sorted(grants, key=lambda one: (order.index(one.role), one.facility_id or 0))
    return [
        {"role": one.role.value, "facility": names.get(one.facility_id) if one.facility_id else None} for one in listed
    ]


def members_who_may(session: Session, permission: Permission, organization_id: int, facility_id: int) -> Sequence[int]:
    """Ids of the people who have it at that facility; who teaches is not asked."""
    roles = [one for one in Role if permission in ROLE_PERMISSIONS[one] and one is not Role.TEACHER]
    here = or_(MemberRole.facility_id.is_(None), MemberRole.facility_id == facility_id)
    return session.scalars(
        select(MemberRole.user_id)
        .where(MemberRole.organization_id == organization_id, MemberRole.role.in_(roles), here)
        .distinct()
        .order_by(MemberRole.user_id)
    ).all()
