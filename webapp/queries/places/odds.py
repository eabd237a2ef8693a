"""What became of those who waited for earlier events: read from their trail, by sequence."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Interval, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.event_life import EventStatus
from webapp.domain.permission import Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.odds import LAST_EVENTS, LOOKS_BACK, Odds, lead_days, like_sizes, says_enough
from webapp.extensions import db
from webapp.models import EnrollmentTransition, Event, EventPolicy
from webapp.queries.events.event import EventFacts

_JOINED = EnrollmentTransition
_NEXT = aliased(EnrollmentTransition)


def waiting_odds(event: EventFacts, rank: int, now: datetime) -> Odds | None:
    """What became of people at that rank or worse, so long before events like this one; None where too few are known.

    One statement. People who left the line by themselves are not counted.
    """
    days = lead_days(event.starts_at, now)
    if days is None or event.capacity is None:
        return None
    line = _lines(db.session(), event, days, now).subquery()
    row = db.session.execute(
        select(func.count(), func.count(case((line.c.got, 1))), func.count(line.c.event_id.distinct())).where(
            line.c.rank >= rank, ~line.c.left
        )
    ).one()
    cases, got, events = row
    return Odds(got, cases, events, rank, days) if says_enough(cases) else None


def _lines(session: Session, event: EventFacts, days: int, now: datetime) -> Select[Any]:
    """Who waited so long before each event like this one: their rank then, and what their next move was."""
    past = _events_like(event, now).add_columns(_so_long_before(session, days).label("at")).subquery()
    return (
        select(
            past.c.id.label("event_id"),
            func.row_number().over(partition_by=past.c.id, order_by=_JOINED.id).label("rank"),
            func.coalesce(_NEXT.to_status == S.CONFIRMED, False).label("got"),
            func.coalesce(and_(_NEXT.to_status == S.CANCELLED, _NEXT.triggered_by == Trigger.USER), False).label(
                "left"
            ),
        )
        .select_from(past)
        .join(_JOINED, and_(_JOINED.event_id == past.c.id, _JOINED.to_status == S.WAITLISTED))
        .outerjoin(_NEXT, and_(_NEXT.enrollment_id == _JOINED.enrollment_id, _NEXT.version == _JOINED.version + 1))
        .where(_JOINED.at <= past.c.at, or_(_NEXT.id.is_(None), _NEXT.at > past.c.at))
    )


def _events_like(event: EventFacts, now: datetime) -> Select[Any]:
    """The organization's last events of a similar size that are over."""
    least, most = like_sizes(event.capacity or 0)
    return (
        select(Event.id)
        .join(EventPolicy, EventPolicy.event_id == Event.id)
        .where(Event.organization_id == event.organization_id, Event.status == EventStatus.COMPLETED)
        .where(Event.deleted_at.is_(None), Event.effective_end_at > now - LOOKS_BACK)
        .where(EventPolicy.capacity.between(least, most))
        .order_by(Event.effective_end_at.desc(), Event.id.desc())
        .limit(LAST_EVENTS)
    )


def _so_long_before(session: Session, days: int) -> ColumnElement[Any]:
    """So many days before the event's start, comparable with the instants of its trail."""
    if session.get_bind().dialect.name == "postgresql":
        return Event.starts_at - literal(timedelta(days=days), Interval())
    return func.strftime("%Y-%m-%d %H:%M:%f", Event.starts_at, f"-{days} days")
