"""What is needed to let somebody in: the stored hash, and whether a mailed link still works."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import aliased

from webapp.adapters.tokens import token_hash
from webapp.domain.people.proof import AddressProof, MailedLink
from webapp.domain.permission import Role
from webapp.extensions import db
from webapp.models import MemberRole, Organization, PasswordReset, ResetRequest, User


@dataclass(frozen=True, slots=True)
class Credentials:
    """An account that may sign in, and its hash where it has a password."""

    user_id: int
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a password belongs to."""

    user_id: int
    name: str
    email: str | None
    password_hash: str | None

    @property
    def words(self) -> tuple[str, ...]:
        """What a guesser tries first."""
        return (self.name, self.email or "")


def credentials_by_email(email: str) -> Credentials | None:
    """The account with that address (lower case); a disabled one and the system's own are none."""
    row = db.session.execute(
        select(User.id, User.password_hash).where(
            User.email == email, User.disabled_at.is_(None), User.is_system.is_(False)
        )
    ).one_or_none()
    return Credentials(row.id, row.password_hash) if row else None


def holder_of(user_id: int) -> Holder:
    """Whose password it is, and its hash."""
    row = db.session.execute(_holders().where(User.id == user_id)).one()
    return Holder(*row)


def holder_of_link(token: str, purpose: MailedLink, now: datetime) -> Holder | None:
    """Whose account a mailed link opens, while it can be used."""
    row = db.session.execute(
        _holders()
        .join(PasswordReset, PasswordReset.user_id == User.id)
        .where(PasswordReset.token_hash == token_hash(token), PasswordReset.purpose == purpose, _is_usable(now))
    ).one_or_none()
    return Holder(*row) if row else None


def has_usable_link(user_id: int, purpose: MailedLink, now: datetime) -> bool:
    """Whether a link was mailed to that person that still works."""
    theirs = exists().where(PasswordReset.user_id == user_id, PasswordReset.purpose == purpose, _is_usable(now))
    return bool(db.session.scalar(select(theirs)))


def has_reset_requests() -> bool:
    """Whether somebody asked for a link that nobody wrote yet."""
    return bool(db.session.scalar(select(exists().where(ResetRequest.id.is_not(None)))))


def address_proof_of(user_id: int) -> AddressProof:
    """What is known of the address of that account."""
    row = db.session.execute(
        select(User.address_proved_at, User.given_by_others, User.proof_grace_until).where(User.id == user_id)
    ).one()
    return AddressProof(*row)


def _holders() -> Select:
    return select(User.id, User.name, User.email, User.password_hash)


def _is_usable(now: datetime) -> ColumnElement[bool]:
    return and_(PasswordReset.used_at.is_(None), PasswordReset.expires_at > now)


def organizations_without_other_owner(user_id: int) -> Sequence[str]:
    """Names of the organizations that nobody but this person owns: an owner who proved no address cannot."""
    other, person = aliased(MemberRole), aliased(User)
    has_other_owner = exists().where(
        other.organization_id == MemberRole.organization_id,
        other.user_id != user_id,
        other.role == Role.OWNER,
        person.id == other.user_id,
        person.address_proved_at.is_not(None),
    )
    return db.session.scalars(
        select(Organization.name)
        .join(MemberRole, MemberRole.organization_id == Organization.id)
        .where(MemberRole.user_id == user_id, MemberRole.role == Role.OWNER, ~has_other_owner)
        .order_by(Organization.id)
    ).all()


def organizations_with_contact(user_id: int) -> Sequence[str]:
    """Names of the organizations that publish this person's address as theirs."""
    address = select(User.email).where(User.id == user_id).scalar_subquery()
    return db.session.scalars(
        select(Organization.name).where(Organization.contact_email == address).order_by(Organization.id)
    ).all()
