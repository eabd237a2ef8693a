"""What is needed to let somebody in: the stored hash, and whether a mailed link still works."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from webapp.adapters.tokens import token_hash
from webapp.domain.permission import Role
from webapp.extensions import db
from webapp.models import Membership, Organization, PasswordReset, User


@dataclass(frozen=True, slots=True)
class Credentials:
    """An account that may sign in, and its hash where it has a password."""

    user_id: int
    password_hash: str | None


def credentials_by_email(email: str) -> Credentials | None:
    """The account with that address (lower case); a disabled one and the system's own are none."""
    row = db.session.execute(
        select(User.id, User.password_hash).where(
            User.email == email, User.disabled_at.is_(None), User.is_system.is_(False)
        )
    ).one_or_none()
    return Credentials(row.id, row.password_hash) if row else None


def password_hash_of(user_id: int) -> str | None:
    """The stored hash of that account."""
    return db.session.scalar(select(User.password_hash).where(User.id == user_id))


def is_usable_reset(token: str, now: datetime) -> bool:
    """Whether a mailed link can still be used."""
    found = db.session.scalar(
        select(PasswordReset.id).where(
            PasswordReset.token_hash == token_hash(token),
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > now,
        )
    )
    return found is not None


def organizations_without_other_admin(user_id: int) -> Sequence[str]:
    """Names of the organizations that nobody but this person runs."""
    other = aliased(Membership)
    has_other_admin = exists().where(
        other.organization_id == Membership.organization_id, other.user_id != user_id, other.role == Role.ADMIN
    )
    return db.session.scalars(
        select(Organization.name)
        .join(Membership, Membership.organization_id == Organization.id)
        .where(Membership.user_id == user_id, Membership.role == Role.ADMIN, ~has_other_admin)
        .order_by(Organization.id)
    ).all()


def organizations_with_contact(user_id: int) -> Sequence[str]:
    """Names of the organizations that publish this person's address as theirs."""
    address = select(User.email).where(User.id == user_id).scalar_subquery()
    return db.session.scalars(
        select(Organization.name).where(Organization.contact_email == address).order_by(Organization.id)
    ).all()
