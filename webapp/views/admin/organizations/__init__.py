"""Organizations: their settings and their facilities."""

from webapp.views.admin.organizations import facilities, facility_zone, organization, sharing

__all__ = ["facilities", "facility_zone", "organization", "sharing"]
