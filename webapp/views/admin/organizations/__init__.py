"""Organizations: their settings, their facilities and their team."""

from webapp.views.admin.organizations import (
    accent,
    days_off,
    facilities,
    facility_zone,
    legal,
    no_show_picture,
    no_shows,
    organization,
    sharing,
    team,
    team_invitations,
    team_removal,
)

__all__ = [
    "accent",
    "days_off",
    "facilities",
    "facility_zone",
    "legal",
    "no_show_picture",
    "no_shows",
    "organization",
    "sharing",
    "team",
    "team_invitations",
    "team_removal",
]
