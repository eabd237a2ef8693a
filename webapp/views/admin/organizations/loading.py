"""Whose organization or facility it is: what the actor does not administer is not found."""

from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.queries.organizations.facility import FacilityFacts, facility_facts
from webapp.queries.organizations.organization import OrganizationSettings, organization_settings
from webapp.views.guards import the_actor


def load_organization(organization_id: int) -> OrganizationSettings:
    """An organization that the actor administers, or `not_found`."""
    stored = organization_settings(organization_id)
    if stored is None or not the_actor().can(Permission.MANAGE_ORGANIZATION, organization_id):
        raise Refused("not_found")
    return stored


def load_facility(facility_id: int) -> tuple[FacilityFacts, OrganizationSettings]:
    """A facility of such an organization, or `not_found`."""
    facility = facility_facts(facility_id)
    if facility is None:
        raise Refused("not_found")
    return facility, load_organization(facility.organization_id)
