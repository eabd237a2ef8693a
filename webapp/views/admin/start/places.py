"""Whose clocks the start page goes by."""

from collections.abc import Sequence

from webapp.domain.permission import Actor
from webapp.queries.organizations.workplace import Workplace


def zone_of(places: Sequence[Workplace], actor: Actor) -> str:
    """Those of the first facility that the person works at."""
    return next((place.timezone for place in places if place.timezone), actor.timezone or "UTC")
