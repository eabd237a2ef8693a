"""How an organization begins: its first place and the person who runs it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from webapp.domain.event_days import require_timezone
from webapp.domain.permission import Role
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line
from webapp.models import Facility, Membership, Organization, User
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
    """An organization with one facility and one admin, who is found or made by that address.

    `admin_email` is a checked address in lower case; a new account has no password yet.
    `is_operator` lets the admin operate the whole installation, too. Until the address is proved the
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
        add_member(session, made.id, people[admin_email], role=Role.ADMIN, now=now)
        if is_operator:
            session.execute(update(User).where(User.email == admin_email).values(is_operator=True))
        link = write_confirmation(session, people[admin_email], now=now)
    return Beginning(made.id, facility_id, made.slug, link)


def make_admin(*, slug: str, user_id: int, now: datetime) -> NewAdmin:
    """Let that person run the organization, once their address is proved. Raises `not_found`."""
    with write_transaction() as session:
        organization_id = session.scalar(select(Organization.id).where(Organization.slug == slug))
        if organization_id is None:
            raise Refused("not_found")
        theirs = (Membership.organization_id == organization_id, Membership.user_id == user_id)
        role = session.scalar(select(Membership.role).where(*theirs))
        if role is None:
            add_member(session, organization_id, user_id, role=Role.ADMIN, now=now)
        elif role != Role.ADMIN:
            session.execute(update(Membership).where(*theirs).values(role=Role.ADMIN))
            mark_as_given(session, [user_id])
        link = write_confirmation(session, user_id, now=now)
    return NewAdmin(role != Role.ADMIN, link)


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


def add_member(session: Session, organization_id: int, user_id: int, *, role: Role, now: datetime) -> None:
    """Give somebody who has none yet a role in an organization."""
    values = {"organization_id": organization_id, "user_id": user_id, "role": role, "created_at": now}
    session.execute(insert(Membership).values(values))
    mark_as_given(session, [user_id])
