"""Whose account a provider's subject opens: the one it is linked to, or the one whose address it verified.

Why it is so: docs/decisions/114-signing-in-with-a-provider.md.
"""

from datetime import datetime
from types import SimpleNamespace

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from webapp.config.providers import Provider
from webapp.domain.people.provider import Asserted, require_believed
from webapp.domain.people.second_step import MeansChange
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line
from webapp.models import GroupRole, Identity, User
from webapp.services.accounts.account import NAME_LIMIT, require_email
from webapp.services.accounts.mail_code import account_of
from webapp.services.accounts.sign_in_letters import tell_of_change
from webapp.services.insertion import insert_unless_there


def open_identity(session: Session, provider: Provider, asserted: Asserted, *, now: datetime) -> tuple[int, int]:
    """The identity and its account (ids); linked now, if the address is believed.

    Whom it is linked to is signed in whatever the provider says of the address today. Raises `account_closed`,
    `provider_unverified`, `provider_domain`, `email_invalid`, `text_missing`.
    """
    own = (Identity.provider == provider.issuer, Identity.subject == asserted.subject)
    known = session.execute(
        update(Identity).where(*own).values(last_used_at=now).returning(Identity.id, Identity.user_id)
    ).one_or_none()
    if known is None:
        return _link(session, provider, asserted, now)
    if session.scalar(select(User.id).where(User.id == known.user_id, User.disabled_at.is_(None))) is None:
        raise Refused("account_closed")
    return known.id, known.user_id


def forget_identities(session: Session, user_id: int) -> None:
    """No provider opens the account any more; roles that its groups gave stay until somebody takes them."""
    own = select(Identity.id).where(Identity.user_id == user_id)
    session.execute(
        delete(GroupRole).where(GroupRole.identity_id.in_(own)).execution_options(synchronize_session=False)
    )
    session.execute(delete(Identity).where(Identity.user_id == user_id))


def _link(session: Session, provider: Provider, asserted: Asserted, now: datetime) -> tuple[int, int]:
    if not asserted.address:
        raise Refused("provider_unverified")
    address = require_email(asserted.address)
    require_believed(provider.domains, asserted, address)
    is_new = session.scalar(select(User.id).where(User.email == address)) is None
    proved = SimpleNamespace(address=address, name=_name(asserted, address), timezone=None)
    user_id = account_of(session, proved, now=now)
    if user_id is None:
        raise Refused("account_closed")
    values = {"user_id": user_id, "provider": provider.issuer, "subject": asserted.subject}
    making = insert_unless_there(session, Identity.__table__, index_elements=["provider", "subject"])
    made = session.scalar(making.values(**values, created_at=now, last_used_at=now).returning(Identity.id))
    if made is None:
        # The same person in two windows: the other one was first.
        return open_identity(session, provider, asserted, now=now)
    if not is_new:
        tell_of_change(session, user_id, MeansChange.PROVIDER_ADDED, now=now)
    return made, user_id


def _name(asserted: Asserted, address: str) -> str:
    try:
        return clean_line(asserted.name, limit=NAME_LIMIT, field="name")
    except Refused:
        return address.partition("@")[0][:NAME_LIMIT]
