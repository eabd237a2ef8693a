"""How an organization begins: its first place and the person who runs it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, insert, select, update
from sqlalchemy.orm import Session

from webapp.domain.event_days import require_timezone
from webapp.domain.permission import Role
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line
from webapp.models import Facility, MemberRole, Membership, Organization, User
from webapp.services.accounts.address_proof import write_confirmation
from webapp.services.accounts.people_by_address import mark_as_given, people_by_address
from webapp.services.insertion import insert_unless_there
from webapp.services.slug import free_organization_slug
from webapp.services.unit_of_work import write_transaction


@dataclass(frozen=True, slots=True)
class Beginning:
    """What was made: ids, the slug, and the admin's mailed link where the address has to be proved first."""

    organization_id: int
    facility_id: int
    slug: str
    link: str | None


@dataclass(frozen=True, slots=True)
class NewOrganization:
    """Its id, and its name in addresses."""

    id: int
    slug: str


@dataclass(frozen=True, slots=True)
class NewAdmin:
    """Whether somebody became an admin just now, and the mailed link where the address has to be proved first."""

    is_new: bool
    link: str | None


def create_organization(
    *, name: str, admin_email: str, facility: str, timezone: str, now: datetime, is_operator: bool = False
) -> Beginning:
    """An organization with one facility and one owner, who is found or made by that address.

    `admin_email` is a checked address in lower case; a new account has no password yet.
    `is_operator` lets the owner operate the whole installation, too. Until the address is proved the
    account opens by its mailbox only, whoever signed up with it before; a link is mailed there.
    Raises Refused: `text_missing`, `text_too_long`, `text_broken`, `unknown_timezone`,
    `organization_exists`.
    """
    name = clean_line(name, limit=120, field="the name")
    facility = clean_line(facility, limit=120, field="the facility's name")
    require_timezone(timezone)
    with write_transaction() as session:
        people, _ = people_by_address(session, {admin_email: admin_email.split("@", maxsplit=1)[0]}, now=now)
        made = add_organization(session, name=name, contact_email=admin_email, now=now)
        facility_id = add_facility(session, made.id, name=facility, timezone=timezone)
        add_member(session, made.id, people[admin_email], role=Role.OWNER, now=now)
        if is_operator:
            session.execute(update(User).where(User.email == admin_email).values(is_operator=True))
        link = write_confirmation(session, people[admin_email], now=now)
    return Beginning(made.id, facility_id, made.slug, link)


def make_admin(*, slug: str, user_id: int, now: datetime) -> NewAdmin:
    """Let that person run the organization, once their address is proved: as its owner where it has none.

    Raises `not_found`.
    """
    with write_transaction() as session:
        organization_id = session.scalar(select(Organization.id).where(Organization.slug == slug))
        if organization_id is None:
            raise Refused("not_found")
        session.execute(select(Organization.id).where(Organization.id == organization_id).with_for_update())
        theirs = (MemberRole.organization_id == organization_id, MemberRole.user_id == user_id)
        runs_it = MemberRole.role.in_((Role.OWNER, Role.ADMIN)) & MemberRole.facility_id.is_(None)
        is_new = session.scalar(select(MemberRole.id).where(*theirs, runs_it).limit(1)) is None
        if is_new:
            has_owner = exists().where(MemberRole.organization_id == organization_id, MemberRole.role == Role.OWNER)
            role = Role.ADMIN if session.scalar(select(has_owner)) else Role.OWNER
            add_member(session, organization_id, user_id, role=role, now=now)
        link = write_confirmation(session, user_id, now=now)
    return NewAdmin(is_new, link)


def add_organization(session: Session, *, name: str, contact_email: str, now: datetime) -> NewOrganization:
    """Insert it; `organization_exists` where there is one of that name."""
    there = session.scalar(select(Organization.slug).where(Organization.name == name))
    if there is not None:
        raise Refused("organization_exists", slug=there)
    values = {"name": name, "contact_email": contact_email, "created_at": now}
    while True:
        slug = free_organization_slug(session, name)
        statement = insert_unless_there(session, Organization.__table__).values(**values, slug=slug)
        organization_id = session.scalar(statement.returning(Organization.id))
        if organization_id is not None:
            return NewOrganization(organization_id, slug)


def add_facility(session: Session, organization_id: int, *, name: str, timezone: str, address: str = "") -> int:
    """Insert a place of an organization."""
    values = {"organization_id": organization_id, "name": name, "timezone": timezone, "address": address}
    return session.scalars(insert(Facility).values(values).returning(Facility.id)).one()


def add_member(
    session: Session, organization_id: int, user_id: int, *, role: Role, now: datetime, facility_id: int | None = None,
    by_themself: bool = False,
) -> None:  # fmt: skip
    """Give somebody a role, everywhere or at one facility, in an organization whose team they may be on already.

    `by_themself`: who opens an organization gives the role to themself.
    """
    who = {"organization_id": organization_id, "user_id": user_id, "created_at": now}
    session.execute(insert_unless_there(session, Membership.__table__).values(who))
    session.execute(insert(MemberRole).values(**who, role=role, facility_id=facility_id))
    if not by_themself:
        mark_as_given(session, [user_id])
