"""Cron expressions, read in UTC."""

from datetime import datetime, timedelta

from croniter import croniter


def next_time(cron: str, after: datetime) -> datetime:
    """The first time of that expression after an aware UTC instant."""
    return croniter(cron, after).get_next(datetime)


def period_of(cron: str, around: datetime) -> timedelta:
    """How far two times of that expression are apart."""
    first = next_time(cron, around)
    return next_time(cron, first) - first
