"""Changes of an address that are under way, and those that can be undone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select

from webapp.adapters.tokens import token_hash
from webapp.domain.people.mail_code import LIFETIME, MOST_TRIES, UNDO_LIFETIME
from webapp.extensions import db
from webapp.models import AddressChange, User


@dataclass(frozen=True, slots=True)
class DoneChange:
    """A change that its link can undo."""

    address: str
    previous_address: str


def awaited_address(user_id: int, now: datetime, *, for_merge: bool = False) -> str | None:
    """The address whose code this person may enter, a new one or another account's; None where none is awaited."""
    return db.session.scalar(
        select(AddressChange.address)
        .where(AddressChange.user_id == user_id, AddressChange.for_merge.is_(for_merge), is_awaited(now))
        .order_by(AddressChange.id.desc())
        .limit(1)
    )


def proved_account(user_id: int, now: datetime) -> int | None:
    """The id of the other account whose mailbox this person proved a moment ago; None where there is none."""
    return db.session.scalar(
        select(User.id)
        .join(AddressChange, AddressChange.address == User.email)
        .where(AddressChange.user_id == user_id, User.id != user_id, is_proved(now))
        .where(User.disabled_at.is_(None), User.is_system.is_(False))
        .order_by(AddressChange.id.desc())
        .limit(1)
    )


def undoable_change(token: str, now: datetime) -> DoneChange | None:
    """What that link undoes; None once it is over or used."""
    row = db.session.execute(
        select(AddressChange.address, AddressChange.previous_address).where(is_undone_by(token, now))
    ).one_or_none()
    return DoneChange(row.address, row.previous_address or "") if row else None


def is_awaited(now: datetime) -> ColumnElement[bool]:
    """Whether the code of a change can be entered."""
    return and_(
        AddressChange.done_at.is_(None),
        AddressChange.proved_at.is_(None),
        AddressChange.expires_at > now,
        AddressChange.tries < MOST_TRIES,
    )


def is_proved(now: datetime) -> ColumnElement[bool]:
    """Whether the mailbox of another account was proved a moment ago, and nothing was done with it yet."""
    return and_(AddressChange.done_at.is_(None), AddressChange.proved_at > now - LIFETIME)


def is_undone_by(token: str, now: datetime) -> ColumnElement[bool]:
    """Whether that link undoes a change."""
    return and_(
        AddressChange.undo_hash == token_hash(token),
        AddressChange.previous_address.is_not(None),
        AddressChange.undone_at.is_(None),
        AddressChange.done_at > now - UNDO_LIFETIME,
    )
