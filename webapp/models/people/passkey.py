"""Passkeys, what browsers were asked to sign, and accounts of providers with which people sign in."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.permission import Role
from webapp.extensions import Model
from webapp.models.columns import BigId, UtcDateTime, one_of


class Passkey(Model):
    """A key of one person on one device, or in what they keep passwords with; only its public half is here."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    #: As browsers spell it, base64url: at most 1,023 bytes.
    credential_key: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    #: How often it signed; stays 0 where the key lives on several devices.
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PasskeyChallenge(Model):
    """What a browser was asked to sign: once, soon, and nobody else's browser."""

    __tablename__ = "passkey_challenges"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    challenge_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: Of the page's session, and of the person where one is signed in.
    bound_to: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Identity(Model):
    """An account of a provider with which somebody signs in."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("provider", "subject", name="uq_identities_provider_subject"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    #: The issuer: a setting's name may be given to another one.
    provider: Mapped[str] = mapped_column(String(255))
    #: Who it is there, for ever.
    subject: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime] = mapped_column(UtcDateTime)


class GroupRole(Model):
    """A role that a group of the provider gave, and takes when the person leaves it. What people gave is not here."""

    __tablename__ = "group_roles"
    __table_args__ = (one_of("role", [role for role in Role if role is not Role.OWNER], "role"),)

    identity_id: Mapped[int] = mapped_column(ForeignKey("identities.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
