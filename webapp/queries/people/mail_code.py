"""What a browser that asked for a code, and the link of its mail, may know."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from webapp.adapters.tokens import token_hash
from webapp.adapters.user_agent import device_of
from webapp.domain.device import Device
from webapp.domain.people.mail_code import LIFETIME, MOST_TRIES
from webapp.extensions import db
from webapp.models import MailCode


@dataclass(frozen=True, slots=True)
class AskedCode:
    """A code that was asked for and still leads somewhere. `can_be_entered`: tries are left."""

    address: str
    name: str | None
    next_path: str
    device: Device
    created_at: datetime
    is_proved: bool
    can_be_entered: bool
    #: Where a guest enrolls by it.
    guest_hold_id: int | None = None


def asked_code(token: str, now: datetime) -> AskedCode | None:
    """What the browser with that secret asked for; None once it is over or used."""
    return _asked(MailCode.token_hash == token_hash(token), now)


def code_of_link(link: str, now: datetime) -> AskedCode | None:
    """What the link of a mail proves; None once it is over or used."""
    return _asked(MailCode.link_hash == token_hash(link), now)


def _asked(which: ColumnElement[bool], now: datetime) -> AskedCode | None:
    row = db.session.execute(
        select(
            MailCode.address,
            MailCode.name,
            MailCode.next_path,
            MailCode.user_agent,
            MailCode.created_at,
            MailCode.proved_at,
            MailCode.tries,
            MailCode.guest_hold_id,
        ).where(which, MailCode.used_at.is_(None), MailCode.expires_at > now)
    ).one_or_none()
    if row is None:
        return None
    is_proved = row.proved_at is not None
    is_young = now < row.created_at + LIFETIME
    return AskedCode(
        row.address, row.name, row.next_path, device_of(row.user_agent), row.created_at,
        is_proved=is_proved, can_be_entered=not is_proved and row.tries < MOST_TRIES and is_young,
        guest_hold_id=row.guest_hold_id,
    )  # fmt: skip
