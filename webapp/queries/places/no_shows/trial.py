"""A no-show policy tried on the last year: one walk through strikes, and the places of who would have been held back.

The record is read as it is now. What is kept in memory does not grow with the number of enrollments.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter

from sqlalchemy import and_, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.event_days import local_date
from webapp.domain.events.appeal import AppealOutcome
from webapp.domain.places.enrollment import CLOSED
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.no_shows.policy import Consequence, NoShowPolicy
from webapp.domain.places.no_shows.strike import HALF, WHOLE, Strike, strike_of
from webapp.domain.places.no_shows.trial import (
    LOOKS_BACK,
    Affected,
    Held,
    held_by,
    most_struck,
    people_by_strikes,
    seats_saved,
)
from webapp.models import Appeal, Enrollment, EnrollmentTransition, Event, Facility, User
from webapp.queries.events.export import steady_session
from webapp.queries.id_set import is_among
from webapp.queries.organizations.days_off import dates_off
from webapp.queries.places.no_shows.strikes import FACILITY_COLUMNS, LONGEST_CLOSED, is_strike
from webapp.queries.row_types import AnyRow, AnySelect

#: People whose places are read at a time, rows that are fetched at a time, and people who are named.
_PEOPLE, _ROWS, MOST_NAMED = 400, 5000, 25


@dataclass(frozen=True, slots=True)
class Month:
    """`first` is the first of the month by the events' own clocks."""

    first: date
    no_shows: int
    people: int
    saved: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What a policy would have done from `first` to `last`. `columns`: people by the most strikes at one time."""

    first: datetime
    last: datetime
    people: int
    outcomes: int
    events: int
    left_out: int
    no_shows: int
    held: int
    no_shows_of_held: int
    saved: int
    columns: tuple[int, ...]
    months: tuple[Month, ...]
    affected: tuple[tuple[Affected, str], ...]


@dataclass
class _Sums:
    """What is counted on the way; nothing in it grows with enrollments, but with events, months and people named."""

    columns: Counter[int] = field(default_factory=Counter)
    no_shows: Counter[date] = field(default_factory=Counter)
    people: Counter[date] = field(default_factory=Counter)
    missed: Counter[int] = field(default_factory=Counter)
    held: int = 0
    no_shows_of_held: int = 0
    named: list[Affected] = field(default_factory=list)


class _Year:
    """The events of the organization that ended in the year, and the strike that each of them would have brought."""

    def __init__(self, session: Session, organization_id: int, policy: NoShowPolicy, now: datetime) -> None:
        self.session, self.policy, self.now = session, policy, now
        # Straight on it: there is nothing for the ORM to load.
        self.connection = session.connection()
        self.is_of_year = (
            Event.organization_id == organization_id,
            Event.deleted_at.is_(None),
            Event.takes_place,
            Event.effective_end_at >= now - LOOKS_BACK,
            Event.effective_end_at < now,
        )
        rows = session.execute(
            select(Event.id, Event.effective_end_at, Event.timezone, *FACILITY_COLUMNS)
            .join(Facility, Facility.id == Event.facility_id)
            .where(*self.is_of_year)
        ).all()
        closed = self._closed(rows)
        days = policy.fade_days
        self.strikes = {
            row.id: strike_of(row.effective_end_at, row.timezone, days=days, closed=closed[row.facility_id])
            for row in rows
        }
        self.months = {row.id: local_date(row.effective_end_at, row.timezone).replace(day=1) for row in rows}

    def _closed(self, rows: Sequence[AnyRow]) -> dict[int, list[date]]:
        if not rows:
            return {}
        facilities = {row.facility_id: (row.holiday_country, row.holiday_region) for row in rows}
        first, last = (local_date(at, "UTC") for at in (self.now - LOOKS_BACK, self.now))
        until = last + timedelta(days=self.policy.fade_days) + LONGEST_CLOSED
        return dates_off(self.session, facilities, first, until)

    def strike(self, event_id: int, *, is_half: bool) -> Strike:
        whole = self.strikes[event_id]
        return replace(whole, halves=HALF) if is_half else whole


def try_policy(organization_id: int, policy: NoShowPolicy, now: datetime) -> Trial:
    """What the policy would have done, had it been switched on a year ago. A fixed number of statements, and one more
    for every few hundred people who would have been held back."""
    session = steady_session()
    year, sums = _Year(session, organization_id, policy, now), _Sums()
    for some in _chunks(_held(year, sums)):
        _follow(year, sums, some)
    # A warning holds nobody back, so nobody else gets the place.
    missed = sums.missed if policy.consequence is not Consequence.WARNED else Counter[int]()
    saved = seats_saved(missed, _waiting_at_start(session, sorted(missed)))
    people, outcomes, left_out = _totals(year)
    by_month: Counter[date] = Counter()
    for event_id, seats in saved.items():
        by_month[year.months[event_id]] += seats
    months = sorted(set(year.months.values()))
    return Trial(
        first=now - LOOKS_BACK,
        last=now,
        people=people,
        outcomes=outcomes,
        events=len(year.strikes),
        left_out=left_out,
        no_shows=sums.no_shows.total(),
        held=sums.held,
        no_shows_of_held=sums.no_shows_of_held,
        saved=sum(saved.values()),
        columns=people_by_strikes(sums.columns, people),
        months=tuple(Month(one, sums.no_shows[one], sums.people[one], by_month[one]) for one in months),
        affected=_named(session, sums.named),
    )


def _held(year: _Year, sums: _Sums) -> Iterator[tuple[int, Held, int]]:
    """Everybody who would have been held back, with how often they did not come: one walk, in the order of people."""
    rows = year.connection.execute(
        select(Enrollment.user_id, Enrollment.event_id, Enrollment.cancelled_late)
        .join(Event, Event.id == Enrollment.event_id)
        .join(User, User.id == Enrollment.user_id)
        .where(*year.is_of_year, is_strike(literal(year.policy.late_counts)))
        .order_by(Enrollment.user_id)
        .execution_options(yield_per=_ROWS)
    )
    for user_id, theirs in groupby(rows, key=itemgetter(0)):
        strikes: list[Strike] = []
        for _, event_id, is_half in theirs:
            strikes.append(year.strike(event_id, is_half=is_half))
            sums.no_shows[year.months[event_id]] += not is_half
        held = held_by(year.policy, strikes)
        sums.columns[held.counted_at] += held.most >= WHOLE
        if held.spells:
            yield user_id, held, sum(strike.halves == WHOLE for strike in strikes)


def _chunks(people: Iterable[tuple[int, Held, int]]) -> Iterator[dict[int, tuple[Held, int]]]:
    some: dict[int, tuple[Held, int]] = {}
    for user_id, held, no_shows in people:
        some[user_id] = (held, no_shows)
        if len(some) == _PEOPLE:
            yield some
            some = {}
    if some:
        yield some


def _follow(year: _Year, sums: _Sums, some: Mapping[int, tuple[Held, int]]) -> None:
    """What these people enrolled in while they would have been held back, and what became of it."""
    # Which events are of the year is known: by people alone it stays one walk through their index.
    rows = year.connection.execute(
        select(Enrollment.user_id, Enrollment.event_id, Enrollment.enrolled_at, Enrollment.status)
        .where(is_among(year.session, Enrollment.user_id, sorted(some)))
        .order_by(Enrollment.user_id)
    )
    affected: list[Affected] = []
    for user_id, theirs in groupby(rows, key=itemgetter(0)):
        held, no_shows = some[user_id]
        own: Counter[str] = Counter()
        after: Counter[str] = Counter()
        months: set[date] = set()
        for _, event_id, enrolled_at, status in theirs:
            if event_id not in year.strikes:
                continue
            own[status] += 1
            if held.is_held_at(enrolled_at):
                after[status] += 1
                months.add(year.months[event_id])
                if status == S.NO_SHOW:
                    sums.missed[event_id] += 1
        sums.people.update(months)
        affected.append(
            Affected(
                user_id,
                no_shows,
                enrollments=own.total(),
                came=own[S.ATTENDED],
                held_from=held.spells[0][0],
                held_until=held.spells[-1][1],
                decided_after=sum(after[one] for one in CLOSED),
                came_after=after[S.ATTENDED],
            )
        )
    sums.held += len(affected)
    sums.no_shows_of_held += sum(one.no_shows for one in affected)
    sums.named = most_struck([*sums.named, *affected], MOST_NAMED)


def _totals(year: _Year) -> tuple[int, int, int]:
    """People with an outcome, outcomes, and how many of these count for nothing: disputed, or nobody knows."""
    disputed = exists().where(
        Appeal.enrollment_id == Enrollment.id, Appeal.outcome.in_((AppealOutcome.OPEN, AppealOutcome.LAPSED))
    )
    in_year = select(Event.id).where(*year.is_of_year).scalar_subquery()
    ended = (Enrollment.event_id.in_(in_year), Enrollment.is_closed)
    people, outcomes = year.session.execute(
        select(func.count(Enrollment.user_id.distinct()), func.count()).where(*ended)
    ).one()
    unclear = or_(Enrollment.status == S.UNDECIDED, and_(Enrollment.status == S.NO_SHOW, disputed))
    left_out = year.session.scalar(select(func.count()).select_from(Enrollment).where(*ended, unclear))
    return people, outcomes, left_out or 0


def _waiting_at_start(session: Session, event_ids: Sequence[int]) -> dict[int, int]:
    """How many still waited when each of these events began."""
    if not event_ids:
        return {}
    return {row.event_id: row.waiting for row in session.execute(_waiting(session, event_ids))}


def _waiting(session: Session, event_ids: Sequence[int]) -> AnySelect:
    joined, later = EnrollmentTransition, aliased(EnrollmentTransition)
    moved = exists().where(
        later.enrollment_id == joined.enrollment_id, later.version == joined.version + 1, later.at < Event.starts_at
    )
    return (
        select(joined.event_id, func.count().label("waiting"))
        .join(Event, Event.id == joined.event_id)
        .where(is_among(session, joined.event_id, event_ids), joined.to_status == S.WAITLISTED)
        .where(joined.at < Event.starts_at, ~moved)
        .group_by(joined.event_id)
    )


def _named(session: Session, people: Sequence[Affected]) -> tuple[tuple[Affected, str], ...]:
    if not people:
        return ()
    found = select(User.id, User.name).where(is_among(session, User.id, [one.user_id for one in people]))
    names = {row.id: row.name for row in session.execute(found)}
    return tuple((one, names[one.user_id]) for one in people)
