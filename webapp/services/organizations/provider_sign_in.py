"""Signing in with a provider: whose account it is, and what its groups give in organizations."""

from datetime import datetime

from webapp.config.providers import Provider
from webapp.domain.people.provider import Asserted, roles_by_groups
from webapp.services.accounts.provider_identity import open_identity
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
