"""What a forecast is made of: the records of those who have a place, and the usual rate of their organization.

Of this organization alone, whatever else somebody does elsewhere.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, select, union_all
from sqlalchemy.orm import Session

from webapp.domain.event_life import EventStatus
from webapp.domain.events.forecast import LAST_EVENTS, BaseRate, PastForecast, Record
from webapp.domain.permission import Reach
from webapp.domain.places.enrollment import EnrollmentSource
from webapp.extensions import db
from webapp.models import Enrollment, Event, EventForecast
from webapp.queries.id_set import is_among
from webapp.queries.reach import within

#: Of these days past forecasts are shown, and kept for events that were closed before there were any.
LOOKS_BACK = timedelta(days=365)


def records_ahead(session: Session, event_ids: Sequence[int]) -> dict[int, list[Record]]:
    """Event id -> those who have a place now, by their record until now. Two statements."""
    if not event_ids:
        return {}
    return _records(session, and_(is_among(session, Enrollment.event_id, event_ids), Enrollment.is_closable))


def records_at_start(session: Session, event_id: int, starts_at: datetime) -> list[Record]:
    """Those who had a place when the event began, by their record until then. Two statements."""
    in_time = and_(Enrollment.event_id == event_id, Enrollment.holds_place, _was_in_time())
    return _records(session, in_time, before=starts_at).get(event_id, [])


def base_rates(session: Session, organization_ids: Sequence[int], before: datetime) -> dict[int, BaseRate]:
    """Organization id -> outcomes of its last events that were over then. One statement for all of them."""
    if not organization_ids:
        return {}
    rows = session.execute(union_all(*(_outcomes(one, before) for one in organization_ids)))
    return {row.organization_id: BaseRate(row.events, int(row.attended or 0), row.decided) for row in rows}


def events_without_forecast(session: Session, now: datetime, *, limit: int) -> Sequence[Any]:
    """Closed events of the last year about which nothing was kept: `id, organization_id, starts_at`, oldest first."""
    kept = exists().where(EventForecast.event_id == Event.id)
    return session.execute(
        select(Event.id, Event.organization_id, Event.starts_at)
        .where(Event.status == EventStatus.COMPLETED, Event.effective_end_at > now - LOOKS_BACK)
        .where(Event.deleted_at.is_(None), ~kept)
        .order_by(Event.effective_end_at, Event.id)
        .limit(limit)
    ).all()


def past_forecasts(reach: Reach, now: datetime) -> list[PastForecast]:
    """What was said of the events of the last year, and who came. One statement.

    Events of which somebody's outcome is undecided are left out: nobody knows how many came.
    """
    came = select(func.count()).where(Enrollment.event_id == Event.id, Enrollment.is_attended, _was_in_time())
    unknown = exists().where(Enrollment.event_id == Event.id, Enrollment.is_undecided)
    rows = db.session.execute(
        select(
            EventForecast.low,
            EventForecast.high,
            EventForecast.people,
            came.correlate(Event).scalar_subquery().label("came"),
        )
        .join(Event, Event.id == EventForecast.event_id)
        .where(within(reach, Event.organization_id, Event.facility_id), Event.deleted_at.is_(None))
        .where(EventForecast.low.is_not(None), Event.effective_end_at > now - LOOKS_BACK)
        .where(~unknown.correlate(Event))
    )
    return [PastForecast(*row) for row in rows]


def _records(
    session: Session, which: ColumnElement[bool], *, before: datetime | None = None
) -> dict[int, list[Record]]:
    """Event id -> these people of it, by their outcomes in other events of its organization.

    Who they are is asked first: joined, the statement would read every outcome there ever was.
    """
    places = session.execute(
        select(Enrollment.event_id, Enrollment.user_id, Event.organization_id)
        .join(Event, Event.id == Enrollment.event_id)
        .where(which)
    ).all()
    outcomes = _outcomes_of(session, sorted({place.user_id for place in places}), before)
    alike = Counter((event_id, outcomes.get((user_id, host), (0, 0))) for event_id, user_id, host in places)
    found: dict[int, list[Record]] = defaultdict(list)
    for (event_id, (attended, decided)), people in alike.items():
        found[event_id].append(Record(attended, decided, people))
    return dict(found)


def _outcomes_of(
    session: Session, user_ids: Sequence[int], before: datetime | None
) -> dict[tuple[int, int], tuple[int, int]]:
    """(user id, organization id) -> how often they attended, of how many outcomes."""
    query = (
        select(
            Enrollment.user_id,
            Event.organization_id,
            func.count(case((Enrollment.is_attended, 1))).label("attended"),
            func.count().label("decided"),
        )
        .join(Event, Event.id == Enrollment.event_id)
        .where(is_among(session, Enrollment.user_id, user_ids), Enrollment.is_decided, Event.deleted_at.is_(None))
        .group_by(Enrollment.user_id, Event.organization_id)
    )
    rows = session.execute(query if before is None else query.where(Event.effective_end_at < before))
    return {(row.user_id, row.organization_id): (row.attended, row.decided) for row in rows}


def _outcomes(organization_id: int, before: datetime) -> Select:
    last = (
        select(Event.id)
        .where(Event.organization_id == organization_id, Event.status == EventStatus.COMPLETED)
        .where(Event.deleted_at.is_(None), Event.effective_end_at < before)
        .order_by(Event.effective_end_at.desc())
        .limit(LAST_EVENTS)
        .subquery()
    )
    return select(
        literal(organization_id).label("organization_id"),
        func.count(Enrollment.event_id.distinct()).label("events"),
        func.sum(case((Enrollment.is_attended, 1), else_=0)).label("attended"),
        func.count().label("decided"),
    ).where(Enrollment.event_id.in_(select(last.c.id)), Enrollment.is_decided)


def _was_in_time() -> ColumnElement[bool]:
    """Had the place before the event (of the statement around it) began; who walked in was not foreseen."""
    began = select(Event.starts_at).where(Event.id == Enrollment.event_id).correlate(Enrollment).scalar_subquery()
    return and_(Enrollment.confirmed_at <= began, Enrollment.source != EnrollmentSource.WALK_IN)
