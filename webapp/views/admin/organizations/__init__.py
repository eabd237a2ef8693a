"""Organizations: their settings and their facilities."""

from webapp.views.admin.organizations import accent, facilities, facility_zone, legal, organization, sharing

__all__ = ["accent", "facilities", "facility_zone", "legal", "organization", "sharing"]
