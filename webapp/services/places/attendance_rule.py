"""The attendance rule of a locked event, and its days."""

from datetime import date

from webapp.domain.events.closure import AttendanceRule
from webapp.services.places.seats import LockedEvent


def event_dates(locked: LockedEvent) -> tuple[date, ...]:
    """The event's days, in its own zone."""
    return locked.row.days


def rule_of(locked: LockedEvent) -> AttendanceRule:
    """On how many of them somebody has to be there."""
    return locked.row.rule
