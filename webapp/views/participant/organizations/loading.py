"""Which organization it is, for anybody."""

from webapp.domain.refusal import Refused
from webapp.queries.organizations.organization import OrganizationSettings, organization_of_slug


def load_public_organization(slug: str) -> OrganizationSettings:
    """The organization with that name in addresses, or `not_found`; `organization_closed` while it is suspended."""
    found = organization_of_slug(slug)
    if found is None:
        raise Refused("not_found")
    if found.is_suspended:
        raise Refused("organization_closed")
    return found
