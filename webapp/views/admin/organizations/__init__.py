"""Organizations: their settings and their facilities."""

from webapp.views.admin.organizations import accent, days_off, facilities, facility_zone, legal, organization, sharing

__all__ = ["accent", "days_off", "facilities", "facility_zone", "legal", "organization", "sharing"]
