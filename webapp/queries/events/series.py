"""A series of events: what it is, its dates, and what else is on at its facility then."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, Select, case, func, select

from webapp.adapters.recurrence import dates_of
from webapp.domain.classes.program_class import SessionStatus
from webapp.domain.event_life import EventStatus
from webapp.domain.events.series import FURTHEST, MOST_DATES, PlannedDate, plan_dates, require_end
from webapp.domain.permission import Reach
from webapp.domain.places.enrollment import CLOSABLE
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.recurrence import Recurrence
from webapp.extensions import db
from webapp.models import (
    ClassSession,
    Enrollment,
    Event,
    EventSeries,
    EventSeriesChange,
    Organization,
    ProgramClass,
    User,
)
from webapp.queries.events.event import EventFacts, event_facts, facts_of
from webapp.queries.events.public_events import is_public
from webapp.queries.organizations.days_off import days_off_for_reader
from webapp.queries.reach import within

#: Nobody reads more of them before dates are made.
_MOST_CLASHES = 20
_MOST_CHANGES = 50


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """A series and whose it is; `is_suspended`: its organization is."""

    id: int
    organization_id: int
    facility_id: int
    slug: str
    title: str
    rrule: str
    organization_name: str
    organization_slug: str
    organization_accent: str
    contact_email: str
    is_suspended: bool


@dataclass(frozen=True, slots=True)
class SeriesDate:
    """One date as organizers see it, with its people by status."""

    event: EventFacts
    people: dict[S, int]

    @property
    def came(self) -> int:
        return self.people.get(S.ATTENDED, 0) + self.people.get(S.CHECKED_IN, 0)

    @property
    def decided(self) -> int:
        """Of how many people it is known whether they came, once it was closed."""
        return self.people.get(S.ATTENDED, 0) + self.people.get(S.NO_SHOW, 0)

    @property
    def expected(self) -> int:
        """Who keeps the time free, and so is told of a change."""
        return sum(self.people.get(status, 0) for status in CLOSABLE)


@dataclass(frozen=True, slots=True)
class Clash:
    """Something else at the same facility while a date would take place."""

    title: str
    starts_at: datetime
    ends_at: datetime


def series_by_id(series_id: int) -> SeriesFacts | None:
    """The series with that id, or None."""
    return _one(_series().where(EventSeries.id == series_id))


def series_by_slug(slug: str) -> SeriesFacts | None:
    """The series with that name in addresses, or None."""
    return _one(_series().where(EventSeries.slug == slug))


def was_public(series_id: int) -> bool:
    """Whether anybody may see a date of it, also one that is over."""
    seen = select(Event.id).where(Event.series_id == series_id, is_public()).limit(1)
    return db.session.scalar(seen) is not None


def dates_of_series(series_id: int, reach: Reach) -> list[SeriesDate]:
    """The dates that this reach covers, in order of time; two statements."""
    mine = (Event.series_id == series_id, within(reach, Event.organization_id, Event.facility_id))
    rows = db.session.execute(event_facts().where(*mine).order_by(Event.starts_at, Event.id)).all()
    counts = (
        select(Enrollment.event_id, Enrollment.status, func.count())
        .join(Event, Event.id == Enrollment.event_id)
        .where(*mine)
        .group_by(Enrollment.event_id, Enrollment.status)
    )
    people: dict[int, dict[S, int]] = defaultdict(dict)
    for event_id, status, count in db.session.execute(counts):
        people[event_id][S(status)] = count
    return [SeriesDate(event, people[event.id]) for event in map(facts_of, rows)]


def planned_dates(event: EventFacts, rule: Recurrence, *, starts_on: date, now: datetime) -> list[PlannedDate]:
    """What becomes of the dates of that rule if the event is repeated by it; three statements.

    Raises `series_needs_end`, `too_many_sessions`, `rrule_beyond_class`, `no_sessions`, `date_out_of_range`.
    """
    require_end(rule)
    dates = dates_of(rule, starts_on=starts_on, ends_on=starts_on + FURTHEST, most=MOST_DATES)
    there = _starts(event.series_id) if event.series_id else [event.starts_at]
    closed = days_off_for_reader(event.facility_id, dates[0], dates[-1])
    return plan_dates(event, dates, there=there, closed=closed, now=now)


def _starts(series_id: int) -> list[datetime]:
    """When its dates start that take place or did."""
    takes_place = (Event.status != EventStatus.CANCELLED, Event.deleted_at.is_(None))
    return list(db.session.scalars(select(Event.starts_at).where(Event.series_id == series_id, *takes_place)))


def people_at_all(event_ids: Collection[int]) -> int:
    """How many people have a place at each of these events."""
    if not event_ids:
        return 0
    everywhere = (
        select(Enrollment.user_id)
        .where(Enrollment.event_id.in_(list(event_ids)), Enrollment.is_closable)
        .group_by(Enrollment.user_id)
        .having(func.count(Enrollment.event_id.distinct()) == len(event_ids))
    )
    return db.session.scalar(select(func.count()).select_from(everywhere.subquery())) or 0


def changes_of_series(series_id: int) -> Sequence[Row]:
    """Every change of several dates, newest first, a row per batch; one statement.

    `batch, dates, is_undo, reason, actor_name, at`, `standing`: how many dates still are as this change left them, and
    `last_starts_at` of its dates as they are now.
    """
    line = EventSeriesChange
    stands = func.sum(case((Event.version == line.version, 1), else_=0))
    return db.session.execute(
        select(
            line.batch,
            func.count().label("dates"),
            line.is_undo,
            line.reason,
            User.name.label("actor_name"),
            line.at,
            func.max(Event.starts_at, type_=Event.starts_at.type).label("last_starts_at"),
            stands.label("standing"),
        )
        .join(Event, Event.id == line.event_id)
        .outerjoin(User, User.id == line.actor_id)
        .where(line.series_id == series_id)
        .group_by(line.batch, line.is_undo, line.reason, User.name, line.at)
        .order_by(func.min(line.id).desc())
        .limit(_MOST_CHANGES)
    ).all()


def clashes_at(
    facility_id: int, planned: Sequence[tuple[datetime, datetime]], *, besides: int | None = None
) -> list[Clash]:
    """What else is on at the facility during these times (start, end), in order; two statements.

    `besides`: a series whose own dates are in nobody's way. Touching ends do not clash.
    """
    if not planned:
        return []
    first, last = min(start for start, _ in planned), max(end for _, end in planned)
    events = select(Event.title, Event.starts_at, Event.effective_end_at).where(
        Event.facility_id == facility_id,
        Event.status.in_((EventStatus.DRAFT, EventStatus.PUBLISHED)),
        Event.deleted_at.is_(None),
        Event.starts_at < last,
        Event.effective_end_at > first,
    )
    if besides is not None:
        events = events.where(Event.series_id.is_distinct_from(besides))
    lessons = (
        select(ProgramClass.title, ClassSession.starts_at, ClassSession.ends_at)
        .join(ProgramClass, ProgramClass.id == ClassSession.class_id)
        .where(
            ProgramClass.facility_id == facility_id,
            ~ProgramClass.is_frozen,
            ClassSession.status == SessionStatus.SCHEDULED,
            ClassSession.starts_at < last,
            ClassSession.ends_at > first,
        )
    )
    found = [Clash(*row) for query in (events, lessons) for row in db.session.execute(query)]
    clashing = [one for one in found if any(one.starts_at < end and start < one.ends_at for start, end in planned)]
    return sorted(clashing, key=lambda one: (one.starts_at, one.title))[:_MOST_CLASHES]


def _series() -> Select:
    return select(
        EventSeries.id,
        EventSeries.organization_id,
        EventSeries.facility_id,
        EventSeries.slug,
        EventSeries.title,
        EventSeries.rrule,
        Organization.name,
        Organization.slug,
        Organization.accent,
        Organization.contact_email,
        Organization.suspended_at.is_not(None),
    ).join(Organization, Organization.id == EventSeries.organization_id)


def _one(query: Select) -> SeriesFacts | None:
    row = db.session.execute(query).one_or_none()
    return SeriesFacts(*row) if row else None
