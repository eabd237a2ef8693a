"""Events around today as the start page shows them: those that run, with who came, and those that come next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, select

from webapp.domain.event_days import event_days, local_date
from webapp.domain.event_life import EventStatus
from webapp.domain.permission import Reach
from webapp.extensions import db
from webapp.models import CheckIn, CheckInReversal, Event, EventPolicy
from webapp.queries.id_set import is_among
from webapp.queries.reach import within
from webapp.queries.row_types import value_of

#: How far "next" goes, and how many events of it are listed.
AHEAD = timedelta(days=14)
MOST_AHEAD, MOST_TODAY = 12, 40
#: No zone is further from UTC than this: what is today anywhere starts and ends within it.
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayEvent:
    """An event in a line: its columns in their order."""

    id: int
    organization_id: int
    facility_id: int
    title: str
    place: str
    timezone: str
    starts_at: datetime
    ends_at: datetime | None
    effective_end_at: datetime
    capacity: int | None
    seats_taken: int
    waiting_count: int
    #: Of the seats taken, those beyond the capacity.
    seats_over: int

    @property
    def days(self) -> tuple[date, ...]:
        """Its local dates, in order."""
        return event_days(self.starts_at, self.ends_at, self.timezone)


@dataclass(frozen=True, slots=True)
class Today:
    """An event of which today, in its own zone, is day number `day`; `came` were checked in on it."""

    event: DayEvent
    day: int
    came: int


def events_today(reach: Reach, now: datetime) -> list[Today]:
    """Published events that have today as one of their days, by start; at most two statements."""
    near = (Event.starts_at < now + _DAY, Event.effective_end_at > now - _DAY)
    rows = db.session.execute(_lines(reach).where(*near).order_by(Event.starts_at, Event.id).limit(MOST_TODAY))
    found = [value_of(DayEvent, row) for row in rows]
    running = [(one, local_date(now, one.timezone)) for one in found]
    running = [(one, today) for one, today in running if today in one.days]
    came = _came([one.id for one, _ in running])
    return [Today(one, one.days.index(today) + 1, came.get((one.id, today), 0)) for one, today in running]


def events_ahead(reach: Reach, now: datetime) -> tuple[list[DayEvent], int]:
    """The first published events that start within the next 14 days, and how many there are; one statement."""
    query = _lines(reach).where(Event.starts_at > now, Event.starts_at <= now + AHEAD)
    rows = db.session.execute(
        query.add_columns(func.count().over().label("total")).order_by(Event.starts_at, Event.id).limit(MOST_AHEAD)
    ).all()
    return [value_of(DayEvent, row[:-1]) for row in rows], rows[0].total if rows else 0


def has_events(reach: Reach) -> bool:
    """Whether there is any event that is not deleted, drafts included."""
    return bool(db.session.scalar(select(exists().where(_own(reach)))))


def _lines(reach: Reach) -> Select:
    """The columns of `DayEvent`."""
    return (
        select(
            Event.id,
            Event.organization_id,
            Event.facility_id,
            Event.title,
            Event.place,
            Event.timezone,
            Event.starts_at,
            Event.ends_at,
            Event.effective_end_at,
            EventPolicy.capacity,
            EventPolicy.seats_taken,
            EventPolicy.waiting_count,
            EventPolicy.seats_over,
        )
        .join(EventPolicy, EventPolicy.event_id == Event.id)
        .where(_own(reach), Event.status == EventStatus.PUBLISHED)
    )


def _own(reach: Reach) -> ColumnElement[bool]:
    return and_(within(reach, Event.organization_id, Event.facility_id), Event.deleted_at.is_(None))


def _came(event_ids: Sequence[int]) -> dict[tuple[int, date], int]:
    """(event id, local date) -> how many check-ins of that day stand."""
    if not event_ids:
        return {}
    rows: Sequence[Row] = db.session.execute(
        select(CheckIn.event_id, CheckIn.local_on, func.count(CheckIn.enrollment_id.distinct()))
        .outerjoin(CheckInReversal, CheckInReversal.check_in_id == CheckIn.id)
        .where(is_among(db.session(), CheckIn.event_id, event_ids), CheckInReversal.check_in_id.is_(None))
        .group_by(CheckIn.event_id, CheckIn.local_on)
    ).all()
    return {(event_id, on): people for event_id, on, people in rows}
