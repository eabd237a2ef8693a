"""What somebody sees and decides of themselves: settings, history, privacy, leaving."""

from webapp.views.participant.people import (
    account_deletion,
    address,
    calendar_feed,
    care,
    claim,
    history,
    preferences,
    privacy,
    profile,
    second_step,
    security,
    sessions,
    settings,
    take_out,
    team_invitation,
    teams,
)

__all__ = [
    "account_deletion",
    "address",
    "calendar_feed",
    "care",
    "claim",
    "history",
    "preferences",
    "privacy",
    "profile",
    "second_step",
    "security",
    "sessions",
    "settings",
    "take_out",
    "team_invitation",
    "teams",
]
