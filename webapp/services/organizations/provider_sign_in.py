"""Signing in with a provider: whose account it is, and what its groups give in organizations."""

from datetime import datetime

from sqlalchemy import delete, select, update

from webapp.config.providers import Provider
from webapp.domain.people.provider import Asserted, roles_by_groups
from webapp.domain.people.second_step import MeansChange
from webapp.domain.refusal import Refused
from webapp.models import Identity, SignIn
from webapp.services.accounts.provider_identity import open_identity
from webapp.services.accounts.sign_in_letters import tell_of_change
from webapp.services.organizations.group_roles import follow_groups
from webapp.services.unit_of_work import write_transaction


def sign_in_by_provider(*, provider: Provider, asserted: Asserted, now: datetime) -> int:
    """Whose account is opened (the id), with the roles that their groups give today.

    Raises what `open_identity` does; then nothing has changed.
    """
    with write_transaction() as session:
        identity_id, user_id = open_identity(session, provider, asserted, now=now)
        follow_groups(session, identity_id, user_id, roles_by_groups(provider.roles, asserted.groups), now=now)
    return user_id


def remove_identity(*, user_id: int, identity_id: int, now: datetime) -> None:
    """That account opens this one no longer, and what its groups gave goes.

    Raises `not_found`: removed already, or somebody else's.
    """
    with write_transaction() as session:
        own = (Identity.id == identity_id, Identity.user_id == user_id)
        issuer = session.scalar(select(Identity.provider).where(*own).with_for_update())
        if issuer is None:
            raise Refused("not_found")
        # What an organization trusts is a sign-in by it: a session of before is one no longer.
        session.execute(
            update(SignIn).where(SignIn.user_id == user_id, SignIn.provider == issuer).values(provider=None)
        )
        follow_groups(session, identity_id, user_id, (), now=now)
        session.execute(delete(Identity).where(*own))
        tell_of_change(session, user_id, MeansChange.PROVIDER_REMOVED, now=now)
