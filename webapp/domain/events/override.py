"""Corrections by an admin: what they may turn into what, and for which day."""

from collections.abc import Iterable
from datetime import date

from webapp.domain.places.enrollment import OVERRIDES
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused


def override_target(status: S) -> S | None:
    """What an override would make of this status; None where none is allowed."""
    return next((to for origin, to in OVERRIDES if origin is status), None)


def days_to_check_in(days_of_event: Iterable[date], today: date) -> tuple[date, ...]:
    """Event days that somebody can have been there on: none in the future. `today` is local."""
    return tuple(day for day in days_of_event if day <= today)


def require_day(chosen: date | None, possible: tuple[date, ...]) -> date:
    """The chosen event day, or a refusal: `event_not_begun`, `day_not_possible`."""
    if not possible:
        raise Refused("event_not_begun")
    if chosen not in possible:
        raise Refused("day_not_possible")
    return chosen
