"""The accounts of providers with which a person signs in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from webapp.extensions import db
from webapp.models import Identity


@dataclass(frozen=True, slots=True)
class OwnIdentity:
    """One as its owner sees it; `provider` is the issuer."""

    id: int
    provider: str
    created_at: datetime
    last_used_at: datetime


def identities_of(user_id: int) -> Sequence[OwnIdentity]:
    """In the order in which they were linked."""
    rows = db.session.execute(
        select(Identity.id, Identity.provider, Identity.created_at, Identity.last_used_at)
        .where(Identity.user_id == user_id)
        .order_by(Identity.id)
    )
    return [OwnIdentity(*row) for row in rows]
