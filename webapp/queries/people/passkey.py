"""The passkeys of a person, and whose one is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from webapp.extensions import db
from webapp.models import Passkey, User


@dataclass(frozen=True, slots=True)
class OwnPasskey:
    """One passkey as its owner sees it. Times are the machine's own."""

    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredPasskey:
    """What a signature is verified with."""

    id: int
    user_id: int
    public_key: bytes
    sign_count: int


def passkeys_of(user_id: int) -> Sequence[OwnPasskey]:
    """In the order in which they were added."""
    rows = db.session.execute(
        select(Passkey.id, Passkey.name, Passkey.created_at, Passkey.last_used_at)
        .where(Passkey.user_id == user_id)
        .order_by(Passkey.id)
    )
    return [OwnPasskey(*row) for row in rows]


def passkey_keys_of(user_id: int) -> Sequence[str]:
    """How browsers call them."""
    return db.session.scalars(select(Passkey.credential_key).where(Passkey.user_id == user_id)).all()


def has_passkey(user_id: int) -> bool:
    """Whether the person has any."""
    return bool(db.session.scalar(select(exists().where(Passkey.user_id == user_id))))


def stored_passkey(credential_key: str) -> StoredPasskey | None:
    """The passkey that browsers call so, of an account that is open."""
    row = db.session.execute(
        select(Passkey.id, Passkey.user_id, Passkey.public_key, Passkey.sign_count)
        .join(User, User.id == Passkey.user_id)
        .where(Passkey.credential_key == credential_key, User.disabled_at.is_(None), User.is_system.is_(False))
    ).one_or_none()
    return StoredPasskey(*row) if row else None
